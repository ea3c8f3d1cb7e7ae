import Foundation
import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension VirtualMachineTests {
    /// The ways besides the seed disk, each with something else that is unusual.
    struct AnswerWayTests {
        @Test func installsOverTheAgentAndEnablesABlockedOneOverTheConsole() async throws {
            let lab = try #require(Lab.current)
            let secret = "Pw-\(String.randomHex(digits: 24))"
            let template = LabTemplate(
                name: "blocked", answersBy: "agent",
                answers: ["LAB_FAULT: target-agent-blocked", "KLDLOAD_PASSWORD: { secret: env:LAB_PASSWORD }"],
                tests: [
                    "{ name: no drop-in is left, run: ls /etc/systemd/system/qemu-guest-agent.service.d | wc -l, expect: \"0\" }"
                ])
            var project = try lab.project([template.name: template.text])
            project.state = project.root.appending("state")
            project.environment["LAB_PASSWORD"] = secret
            let ending = try await lab.turn { [project] in
                try await project.factory("build", template.name).runPastPanic()
            }
            try #require(ending.status == 0, "\(ending.talk)")
            #expect(ending.talk.contains("enabling it over the serial console"))
            let release = try #require(project.releases(of: template.name).first)
            let image = try #require(release.folderEntries.first { $0.hasSuffix(".qcow2") })
            let disk = SealedDisk(release.appending(image))
            try await disk.expectSealed(lab: lab)
            try await disk.expectNowhere(secret)
            try expectNoSecret(secret, in: project)
        }

        @Test func installsByCommandLineAsAnOrdinaryUserInALongFolder() async throws {
            let lab = try #require(Lab.current)
            let secret = "Pw-\(String.randomHex(digits: 24))"
            let name = "a-" + String(repeating: "long-", count: 11) + "nam"
            #expect(name.count == 60)
            let template = LabTemplate(
                name: name, answersBy: "cmdline",
                answers: ["KLDLOAD_PROFILE: server", "KLDLOAD_PASSWORD: { secret: env:LAB_PASSWORD }"])
            var project = try lab.project([name: template.text])
            let filler = String(repeating: "s", count: 119 - project.root.string.utf8.count)
            project.state = project.root.appending(filler)
            #expect(project.state.string.utf8.count == 120)
            project.environment["LAB_PASSWORD"] = secret
            project.environment["HOME"] = project.root.appending("home").string
            project.environment["XDG_CACHE_HOME"] = project.root.appending("cache").string
            let iso = try await lab.iso()
            let nobody = (id: uid_t(65534), group: gid_t(65534))
            try project.root.appending("home").createFolder()
            try await Program.run(
                "chown", ["-R", "\(nobody.id):\(nobody.group)", project.root.string], deadline: .seconds(10))
            project.user = nobody
            let ending = try await lab.turn { [project] in
                try await project.factory("build", name, "--iso", iso.string).runPastPanic()
            }
            try #require(ending.status == 0, "\(ending.talk)")
            let release = try #require(project.releases(of: name).first)
            #expect(release.folderEntries.contains { $0.hasSuffix(".qcow2") })
            try expectNoSecret(secret, in: project)
            try project.expectNothingLeft()
        }
    }
}

/// Expects that no file of the project, its state and its releases holds the secret.
func expectNoSecret(_ secret: String, in project: Project) throws {
    for name in try FileManager.default.subpathsOfDirectory(atPath: project.root.string)
    where !name.hasSuffix(".qcow2") {
        let path = project.root.appending(name)
        guard !path.isFolder, let text = try? path.readText(limit: .mebibytes(128)) else { continue }
        #expect(!text.contains(secret), "\(path) holds the secret")
    }
}
