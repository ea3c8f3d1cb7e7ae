import HostSystem
import SealTestSupport
import Stages
import Testing
import VirtualMachineTestSupport

extension LongTests {
    /// The test of the dirty system is itself tested: without any one operation, it must find what is left.
    @Suite(.timeLimit(.minutes(60)))
    struct SealMutationTests {
        @Test func missesNoOperationThatIsLeftOut() async throws {
            let account = SealedAccount(name: "admin", hasKey: false, rootHasKey: false, rootHasPassword: false)
            let scripts = (SealTrace.planting(SealTrace.all), SealTrace.looking(for: SealTrace.all))
            try await DirtySystem.with { system in
                for operation in SealCatalog.operations {
                    let place: SealOperation.Place = operation.place == .disk ? .disk : .guest
                    let others = SealCatalog.operations.filter { $0.name != operation.name }
                    let seal = SealScript(others, in: place, account: account).whole
                    let outputs = try await system.run([scripts.0, seal, scripts.1])
                    #expect(outputs[0].last == "status 0" && outputs[1].last == "status 0", "\(operation.name)")
                    let elsewhere = SealCatalog.operations.filter { $0.place != .anywhere && $0.place != place }
                    let left = outputs[2].filter { $0.hasPrefix("left ") }.map { String($0.dropFirst("left ".count)) }
                    let found = left.filter { name in !elsewhere.contains { $0.name == name } }
                    #expect(found == [operation.name])
                }
            }
        }

        /// Each of these builds boots the installed system.
        @Test(arguments: [
            ("running-fails", "chattr +i /etc/ssh/ssh_host_ed25519_key", "ssh-host-keys"),
            (
                // The machine's power goes away in the middle of the last steps.
                "guest-dies",
                "printf '#!/bin/sh\\necho o >/proc/sysrq-trigger\\nsleep 600\\n' >/usr/local/sbin/fstrim; "
                    + "chmod 755 /usr/local/sbin/fstrim",
                "seal"
            ),
            (
                "guest-hangs",
                "printf '#!/bin/sh\\nexec sleep 3600\\n' >/usr/local/sbin/zpool; cp /usr/local/sbin/zpool /usr/local/sbin/zfs; "
                    + "chmod 755 /usr/local/sbin/zpool /usr/local/sbin/zfs",
                "seal"
            ),
        ])
        func publishesNothingWhenTheSealCannotFinish(name: String, commands: String, sign: String) async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(
                name: name, deadlines: "{ stall: 30s }", provision: ["run: { commands: \"\(commands)\" }"])
            let project = try lab.project([name: template.text])
            let ending = try await lab.turn { try await project.factory("build", name).run() }
            #expect(ending.status == 1)
            #expect(ending.talk.contains(sign), "\(ending.talk)")
            #expect(project.releases(of: name).isEmpty)
            try project.expectNothingLeft()
        }
    }
}
