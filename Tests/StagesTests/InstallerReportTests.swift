import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct InstallerReportTests {
    @Test func readsWhatTheScriptPrints() {
        let report = InstallerReport(
            """
            unit=activating
            phase=bootstrap
            step=unpacking a=b
            result=failed\t1\t1790000000\tmirror is gone
            complete=yes
            log=one
            log=two=2
            """)
        #expect(report.unit == "activating")
        #expect(report.phase == "bootstrap")
        #expect(report.step == "unpacking a=b")
        #expect(report.result == ["failed", "1", "1790000000", "mirror is gone"])
        #expect(report.isFailed)
        #expect(report.isComplete)
        #expect(report.lastWords == ["one", "two=2"])
    }

    @Test(arguments: [
        "", "\n\n", "no equals sign", "=", "unknown=1", "UNIT=active", "complete=no", "result=\n", "\u{0}\u{1B}",
    ])
    func takesJunkForNothing(text: String) {
        let report = InstallerReport(text)
        #expect(report.unit.isEmpty)
        #expect(report.phase.isEmpty)
        #expect(!report.isFailed)
        #expect(!report.isComplete)
        #expect(report.lastWords.isEmpty)
    }

    @Test func cutsHugeLines() {
        let report = InstallerReport("phase=" + String(repeating: "x", count: 1 << 20) + "\nunit=active")
        #expect(report.phase == String(repeating: "x", count: 400))
        #expect(report.unit == "active")
    }

    @Test func scriptReadsALiveSystemThatInstalls() async throws {
        let report = try await report(of: [
            "run/install-phase": "bootstrap\n", "run/install-steps": "1\tone\n2\tunpacking base\n",
            "log/autoinstall.log": "a\nb\nc\nd\n",
        ])
        #expect(report.unit == "activating kldload-autoinstall.service")
        #expect(report.phase == "bootstrap")
        #expect(report.step == "unpacking base")
        #expect(report.result == [] || report.result == [""])
        #expect(!report.isFailed)
        #expect(!report.isComplete)
        #expect(report.lastWords == ["b", "c", "d"])
    }

    @Test func scriptReadsAnInstallationThatIsDone() async throws {
        let report = try await report(of: [
            "run/install-phase": "done\n",
            "log/kldload-installer.log": "Install complete\nInstall completed successfully\nrebooting\n",
        ])
        #expect(report.phase == "done")
        #expect(report.isComplete)
    }

    @Test func scriptReadsAnInstallationThatFailed() async throws {
        let report = try await report(of: [
            "run/install-phase": "storage\n", "run/install-result": "failed\t1\t1790000000\tno disk\n",
            "log/kldload-installer.log": "ERROR: no disk\n",
        ])
        #expect(report.result == ["failed", "1", "1790000000", "no disk"])
        #expect(report.isFailed)
        #expect(report.lastWords == ["ERROR: no disk"])
    }

    @Test func scriptReadsAFreshLiveSystem() async throws {
        let report = try await report(of: [:])
        #expect(report.phase.isEmpty)
        #expect(report.step.isEmpty)
        #expect(!report.isFailed)
        #expect(!report.isComplete)
        #expect(report.lastWords.isEmpty)
    }

    @Test func scriptPrintsNoMoreOfAHugeFileThanItMust() async throws {
        let text = try await print([
            "run/install-phase": String(repeating: "x", count: 1 << 20),
            "run/install-needs": "KLDLOAD_PASSWORD\n",
        ])
        #expect(text.contains("needs=yes"))
        #expect(text.utf8.count < 1000)
    }

    private func report(of files: [String: String]) async throws -> InstallerReport {
        InstallerReport(try await print(files))
    }

    /// What the script prints in a live system with these files, whose folders are elsewhere.
    private func print(_ files: [String: String]) async throws -> String {
        try await TestProject.with { project in
            for (name, text) in files { try project.write(text, to: name) }
            let control = try project.write("#!/bin/sh\necho \"activating $2\"\n", to: "bin/systemctl")
            chmod(control.string, 0o755)
            let script = InstallerReport.script
                .replacing("/run/kldload", with: project.root.appending("run").string)
                .replacing("/var/log/installer", with: project.root.appending("log").string)
            return try await Program.run(
                "/bin/sh", ["-c", script, "sh", "kldload-autoinstall.service"],
                environment: ["PATH": "\(project.root)/bin:/usr/bin:/bin"], deadline: .seconds(60)
            ).text
        }
    }
}
