import HostSystem
import Machines
import Pipeline
import SystemPackage
import Testing

@testable import Stages

struct InstallCheckTests {
    private func check(_ answers: String, network: String = "none") async throws -> InstallCheck {
        try await TestProject.with { project in
            var template = try project.template(answers: answers)
            template.machine.network = network == "none" ? .none : .user
            return InstallCheck(template: template)
        }
    }

    @Test(arguments: [
        ("", []), ("  KLDLOAD_EXTRA_PACKAGES: htop", ["htop"]), ("  KLDLOAD_EXTRA_PACKAGES: htop jq", ["htop", "jq"]),
        ("  KLDLOAD_EXTRA_PACKAGES: 'htop, jq,@core'", ["htop", "jq"]),
    ])
    func asksForTheTemplatesOwnWishes(answers: String, packages: [String]) async throws {
        let check = try await check(answers)
        #expect(check.packages == packages)
    }

    @Test(arguments: [
        ("missing=htop\nkernel=yes", "none", FailureCause.packageNotOffline),
        (
            "missing=htop\nlog=[2026-11-26 01:02:03] WARNING: extra packages were not installed: htop (no network card)\nkernel=yes",
            "none", .packageNotOffline
        ),
        ("missing=htopp\nlog=E: Unable to locate package htopp\nkernel=yes", "none", .packageNotOffline),
        ("missing=htopp\nlog=E: Unable to locate package htopp\nkernel=yes", "user", .packageUnknown),
        ("missing=htop\nlog=No match for argument: htop\nkernel=yes", "user", .packageUnknown),
        ("missing=htop\nkernel=yes", "user", .packageUnknown),
        ("missing=htop\nlog=E: Failed to fetch file:/repo/htop.deb\nkernel=yes", "user", .packageNotOffline),
        ("unconfigured=foo\nkernel=yes", "none", .postInstallSkipped),
        ("unconfigured=foo\nmissing=foo\nkernel=yes", "user", .postInstallSkipped),
        ("kernel=no", "none", .notInstalled),
    ])
    func namesWhatIsMissing(text: String, network: String, cause: FailureCause) async throws {
        let check = try await check("", network: network)
        let failure = try #require(check.failure(InstallCheck.Findings(text)))
        #expect(failure.cause == cause)
        #expect(!failure.evidence.isEmpty)
    }

    @Test(arguments: ["kernel=yes", "", "nonsense\n=\nkernel=yes", "log=about nothing\nkernel=yes"])
    func isContentWithAWholeSystem(text: String) async throws {
        let check = try await check("")
        #expect(check.failure(InstallCheck.Findings(text)) == nil)
    }

    @Test func namesAllThatIsMissing() async throws {
        let text = (1...20).map { "missing=p\($0)" }.joined(separator: "\n")
        let failure = try #require(try await check("").failure(InstallCheck.Findings(text)))
        #expect(failure.evidence.first?.hasSuffix("p11, p12 and 8 more") == true)
    }

    /// On this host, which has dpkg: a package that is there, one that another provides, and one that there is not.
    @Test func scriptFindsWhatIsNotInstalled() async throws {
        try await checkSyntax(of: InstallCheck.script)
        let output = try await Program.run(
            "/bin/sh", ["-c", InstallCheck.script, "sh", "dpkg", "awk", "tar:amd64", "no-such-package+x", "g++.x"],
            deadline: .seconds(60))
        let findings = InstallCheck.Findings(output.text)
        #expect(findings.missing == ["no-such-package+x", "g++.x"])
    }
}
