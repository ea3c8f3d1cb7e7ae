import Foundation
import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    /// What clones show although no operation of the seal failed.
    @Suite(.timeLimit(.minutes(60)))
    struct CloneProofTests {
        /// A unit that fails and lets the kernel speak of an error, a cloud-init that takes no seed and makes no new host keys
        /// itself, and an id of this one host.
        private static let plant = """
            cat >/etc/systemd/system/broken.service <<'UNIT'
            [Unit]
            Description=Fail
            [Service]
            Type=oneshot
            ExecStart=/bin/sh -c 'echo "BUG: planted here" >/dev/kmsg; exit 1'
            [Install]
            WantedBy=multi-user.target
            UNIT
            systemctl enable broken.service
            mkdir -p /etc/cloud/cloud.cfg.d
            printf 'datasource_list: [ None ]\nssh_deletekeys: false\n' >/etc/cloud/cloud.cfg.d/99-planted.cfg
            printf 'host' >/etc/hostid

            """

        private static let signs = [
            "a clone has the machine-id of the system that it was made from: /etc/machine-id",
            "a clone has the ssh-host-keys of the system that it was made from: /etc/ssh/ssh_host_",
            "each clone has its own random-seed: ",
            "a clone has the hostid of the system that it was made from: /etc/hostid",
            "failed units: broken.service", "BUG: planted here",
            "a clone with a cloud-init seed (NoCloud) did not take its host name, user, SSH key",
        ]

        /// One build has all of it, since each takes minutes.
        @Test func namesEverythingThatClonesShowWrong() async throws {
            let lab = try #require(Lab.current)
            var template = LabTemplate(name: "planted", provision: ["run: { script: plant.sh }"])
            template.seal = "{ keep: [machine-id, ssh-host-keys, random-seed] }"
            template.proof = "{ per-clone: [hostid] }"
            let project = try lab.project([template.name: template.text])
            try project.root.appending("plant.sh").write(Self.plant.utf8)
            // The audit, which goes on beside the proof, finds some of it, too.
            let ending = try await lab.turn {
                try await project.factory("build", template.name, "--until", "prove-seal").run()
            }
            #expect(ending.status == 1)
            for sign in Self.signs { #expect(ending.talk.contains(sign), "\(sign) is not in: \(ending.talk)") }
            #expect(project.releases(of: template.name).isEmpty)
            try project.expectNothingLeft()
        }
    }
}
