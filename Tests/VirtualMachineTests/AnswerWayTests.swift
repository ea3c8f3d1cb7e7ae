import Foundation
import HostSystem
import PipelineTestSupport
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension VirtualMachineTests {
    /// The ways besides the seed disk, each with something else that is unusual.
    struct AnswerWayTests {
        @Test func installsOverTheAgentAndEnablesABlockedOneOverTheConsole() async throws {
            let lab = try #require(Lab.current)
            let digits = String.randomHex(digits: 24)
            let secret = "Pw-\(digits)"
            var template = LabTemplate(
                name: "blocked", answersBy: "agent",
                answers: ["LAB_FAULT: target-agent-blocked", "KLDLOAD_PASSWORD: { secret: env:LAB_PASSWORD }"],
                tests: [
                    "{ name: no drop-in is left, run: ls /etc/systemd/system/qemu-guest-agent.service.d | wc -l, expect: \"0\" }"
                ])
            // The guest says the secret, which stands in no script.
            let say = "printf 'said: Pw-%s\\n' \(digits)"
            template.provision = ["run: { commands: \"\(say); \(say) >/dev/console\" }"]
            var project = try lab.project([template.name: template.text])
            project.state = project.root.appending("state")
            project.environment["LAB_PASSWORD"] = secret
            let ending = try await lab.turn { [project] in
                try await project.factory("build", template.name).run()
            }
            try #require(ending.status == 0, "\(ending.talk)")
            #expect(ending.talk.contains("enabling it over the serial console"))
            let release = try #require(project.releases(of: template.name).first)
            #expect(try release.pushing("logs/provision.log").readText().contains("said: <redacted>"))
            let image = try #require(release.folderEntries.first { $0.hasSuffix(".qcow2") })
            let disk = SealedDisk(release.appending(image))
            try await disk.expectSealed(lab: lab)
            try await disk.expectNowhere(secret)
            try await expectNoSecret(secret, in: project)
        }

        @Test func installsByCommandLineAsAnOrdinaryUserInALongFolder() async throws {
            let lab = try #require(Lab.current)
            let secret = "Pw-\(String.randomHex(digits: 24))"
            let name = "a-" + String(repeating: "long-", count: 11) + "nam"
            #expect(name.count == 60)
            var template = LabTemplate(
                name: name, answersBy: "cmdline",
                answers: ["KLDLOAD_PROFILE: server", "KLDLOAD_PASSWORD: { secret: env:LAB_PASSWORD }"])
            template.pipeline = "quick"
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
                try await project.factory("build", name, "--iso", iso.string).run()
            }
            try #require(ending.status == 0, "\(ending.talk)")
            let release = try #require(project.releases(of: name).first)
            #expect(release.folderEntries.contains { $0.hasSuffix(".qcow2") })
            try await expectNoSecret(secret, in: project)
            try project.expectNothingLeft()
        }
    }
}

/// Expects that no file of the project, its state and its releases holds the secret, in any form.
func expectNoSecret(_ secret: String, in project: Project) async throws {
    #expect(try await PlantedSecrets(words: [secret]).files(under: project.root, except: "*.qcow2") == [])
}
