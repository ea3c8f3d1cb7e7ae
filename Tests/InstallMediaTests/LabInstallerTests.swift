import HostSystem
import InstallMedia
import SystemPackage
import Testing

struct LabInstallerTests {
    private static let answers = """
        KLDLOAD_DISTRO=debian
        KLDLOAD_DISK=/dev/vda
        KLDLOAD_HOSTNAME=Golden
        KLDLOAD_PASSWORD=swordfish
        KLDLOAD_SSH_PUBKEY="ssh-ed25519 AAAA me"

        """

    @Test func writesAnEffectiveConfigurationWithoutSecrets() async throws {
        try await LabFixture.with { lab in
            let outcome = try await lab.install(Self.answers)
            #expect(outcome.status == 0)
            let config = lab.text("log/effective-config.env")
            #expect(config.contains("KLDLOAD_PASSWORD=\"__REDACTED__\"\n"))
            #expect(config.contains("KLDLOAD_HOSTNAME=\"golden\"\n"))
            #expect(config.contains("KLDLOAD_USERNAME=\"admin\"\n"))
            #expect(config.contains("KLDLOAD_SSH_PUBKEY=\"ssh-ed25519 AAAA me\"\n"))
            #expect(!lab.text("log/kldload-installer.log").contains("swordfish"))
        }
    }

    @Test func logsInTheInstallersFormat() async throws {
        try await LabFixture.with { lab in
            _ = try await lab.install(Self.answers)
            let first = try #require(lab.text("log/kldload-installer.log").split(separator: "\n").first)
            #expect(first.wholeMatch(of: #/\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] Installer started .*/#) != nil)
        }
    }

    @Test(arguments: [
        ("KLDLOAD_DISTRO=centos", "carries only Debian 13; KLDLOAD_DISTRO=centos"),
        ("KLDLOAD_SUITE=bookworm", "carries only Debian 13 (trixie); KLDLOAD_SUITE=bookworm"),
        ("KLDLOAD_ENABLE_KVM=2", "KLDLOAD_ENABLE_KVM must be 0 or 1"),
        ("KLDLOAD_DISK=", "KLDLOAD_DISK is missing"),
        ("what is this", "has no '='"),
    ])
    func failsInTheInstallersWords(line: String, reason: String) async throws {
        try await LabFixture.with { lab in
            let outcome = try await lab.install(Self.answers + line + "\n")
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("✖ Installation failed (exit 1)"))
            let log = lab.text("log/kldload-installer.log")
            #expect(log.contains("] ERROR: "))
            #expect(log.contains(reason), "\(log)")
            #expect(log.contains("] Install FAILED"))
            let result = lab.text("run/install-result").split(separator: "\t").map(String.init)
            #expect(result.count == 4)
            #expect(result.first == "failed")
            #expect(result.dropFirst().first == "1")
            #expect(result.last?.contains(reason) == true)
            #expect(lab.text("run/installer-busy").isEmpty)
        }
    }

    @Test func wantsAConfiguration() async throws {
        try await LabFixture.with { lab in
            for arguments in [[], ["--config"], ["--other"]] {
                let outcome = try await lab.run("usr/sbin/kldload-install-target", arguments)
                #expect(outcome.status == 2)
            }
        }
    }

    @Test func checksAnswersFilesByThemselves() async throws {
        try await LabFixture.with { lab in
            let program = "usr/local/bin/kldload-answers"
            let file = lab.folder.appending("a.env")
            try file.write(Array(Self.answers.utf8), mode: .privateFile)
            let good = try await lab.run(program, ["check", file.string])
            #expect(good.status == 0)
            #expect(good.errors.isEmpty)
            try file.write(Array("KLDLOAD_DISTRO=debian\n".utf8))
            let bad = try await lab.run(program, ["check", file.string])
            #expect(bad.status == 1)
            #expect(bad.errors.contains("neither KLDLOAD_DISK nor KLDLOAD_DISK_STABLE"))
            for arguments in [["check", "/nonexistent"], ["check"], []] {
                let refused = try await lab.run(program, arguments)
                #expect(refused.status == 2)
            }
            let keys = try await lab.run(program, ["keys"]).output.split(separator: "\n").map(String.init)
            #expect(keys.contains("KLDLOAD_ENABLE_SECURE_BOOT"))
            #expect(keys.contains("KLDLOAD_PASSWORD"))
            #expect(keys == keys.sorted())
        }
    }

    @Test func saysHowTheInstallationStands() async throws {
        try await LabFixture.with { lab in
            let run = lab.folder.appending("run")
            try run.createFolder()
            let environment = ["KLDLOAD_INSTALL_RUNDIR": run.string]
            func status() async throws -> LabFixture.Outcome {
                try await lab.run("usr/local/bin/kldload-install-status", [], environment)
            }
            let early = try await status()
            #expect(early.status == 3)
            try run.appending("install-phase").write(Array("Security\n".utf8))
            let running = try await status()
            #expect(running.status == 0)
            #expect(running.output == "[4/6] Security")
            try run.appending("install-result").write(Array("failed\t1\t0\tno disk\n".utf8))
            let failed = try await status()
            #expect(failed.status == 1)
            #expect(failed.output == "failed (exit 1): no disk")
            let refused = try await lab.run("usr/local/bin/kldload-install-status", ["--what"])
            #expect(refused.status == 2)
        }
    }
}
