import Foundation
import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    /// Builds that go on in the middle of their provisioning.
    @Suite(.timeLimit(.minutes(60)))
    struct CheckpointTests {
        @Test func goesOnBehindTheLastGoodStepWithoutABoot() async throws {
            let lab = try #require(Lab.current)
            var template = LabTemplate(
                name: "going-on",
                provision: [
                    // Long enough to be worth a checkpoint.
                    "run: { commands: \"sleep 16; date +%s >/etc/first; cat /proc/sys/kernel/random/uuid >/etc/random\" }",
                    "run: { script: last.sh }",
                ],
                tests: ["{ name: both were done, run: cat /etc/first /etc/last | wc -l, expect: \"2\" }"])
            let project = try lab.project([template.name: template.text])
            try project.root.appending("last.sh").write("exit 7".utf8)
            let failed = try await lab.turn { try await project.factory("build", template.name).run() }
            #expect(failed.status == 1)
            #expect(failed.talk.contains("it exited with 7"), "\(failed.talk)")

            let start = Date().timeIntervalSince1970
            try project.root.appending("last.sh").write("date +%s >/etc/last".utf8)
            let mended = try await lab.turn { try await project.factory("build", template.name).run() }
            try #require(mended.status == 0, "\(mended.talk)")
            #expect(mended.talk.contains("provision: going on from a checkpoint, without a boot"))
            #expect(!mended.talk.contains("provision: booting") && !mended.talk.contains("1/2 run"))
            #expect(mended.talk.contains("2/2 run"))
            try project.expectNothingLeft()
            let first = try #require(project.releases(of: template.name).first)
            let image = first.appending(try #require(first.folderEntries.first { $0.hasSuffix(".qcow2") }))
            let disk = SealedDisk(image)
            let facts = try await disk.read(["cat /etc/first", "cat /etc/last"])
            let (one, two) = (Double(facts["cat /etc/first"] ?? ""), Double(facts["cat /etc/last"] ?? ""))
            let (before, after) = (try #require(one), try #require(two))
            #expect(before < start && (start - 5...Date().timeIntervalSince1970 + 5).contains(after))
            try await disk.expectSealed(lab: lab)

            // Another change goes on from the same checkpoint, in another random state.
            template.provision[1] = "run: { commands: \"cat /proc/sys/kernel/random/uuid >/etc/last\" }"
            try project.root.appending("templates/going-on.yaml").write(template.text.utf8)
            let changed = try await lab.turn { try await project.factory("build", template.name).run() }
            #expect(changed.status == 0, "\(changed.talk)")
            #expect(changed.talk.contains("provision: going on from a checkpoint, without a boot"))
        }

        @Test func bootsWhereACheckpointIsBroken() async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(name: "broken-checkpoint", provision: ["run: { script: last.sh }"])
            // A machine of its own size, so that no other template's build has frozen the same guest.
            let text = template.text.replacing("memory: 2GiB", with: "memory: 1792MiB")
            let project = try lab.project([template.name: text])
            try project.root.appending("last.sh").write("exit 7".utf8)
            _ = try await lab.turn { try await project.factory("build", template.name, "--until", "provision").run() }
            let checkpoints = project.state.appending("checkpoints")
            let ours = checkpoints.folderEntries.map { checkpoints.appending($0) }.filter { folder in
                (try? folder.appending("checkpoint.json").readText().contains("\"broken-checkpoint\"")) == true
            }
            try #require(ours.count == 1)
            try ours[0].appending("memory").write("nonsense".utf8)
            try project.root.appending("last.sh").write("true".utf8)
            let mended = try await lab.turn {
                try await project.factory("build", template.name, "--until", "provision").run()
            }
            #expect(mended.status == 0, "\(mended.talk)")
            #expect(mended.talk.contains("the checkpoint cannot be used") && mended.talk.contains("booting instead"))
            try project.expectNothingLeft()
        }
    }
}
