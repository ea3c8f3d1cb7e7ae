import Foundation
import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension VirtualMachineTests {
    /// What goes wrong after the installation; these share the installed system of one state folder.
    struct InstalledFailureTests {
        @Test(arguments: [
            (
                LabTemplate(
                    name: "agent-missing",
                    provision: ["run: { commands: systemctl mask qemu-guest-agent.service }"]), "agent-missing"
            ),
            (
                LabTemplate(name: "seal-fails", provision: ["run: { commands: chattr +i /etc/machine-id }"]),
                "the seal's operation 'machine-id' failed"
            ),
            (
                LabTemplate(
                    name: "test-fails", tests: ["{ name: the moon is full, run: cat /etc/moon, expect: full }"]),
                "the moon is full"
            ),
            (
                LabTemplate(
                    name: "step-fails",
                    provision: ["run: { commands: \"echo no luck; exit 7\", retries: 1 }"]),
                "failed in 2 attempts: it exited with 7"
            ),
        ])
        func namesTheCauseAndLeavesNothing(template: LabTemplate, sign: String) async throws {
            let lab = try #require(Lab.current)
            let project = try lab.project([template.name: template.text])
            let ending = try await lab.turn { try await project.factory("build", template.name).run() }
            #expect(ending.status == 1)
            #expect(ending.talk.contains(sign), "\(ending.talk)")
            #expect(project.releases(of: template.name).isEmpty)
            try project.expectNothingLeft()
        }
    }
}
