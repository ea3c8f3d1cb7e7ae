import Foundation
import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    @Suite(.timeLimit(.minutes(60)))
    struct BootFormatTests {
        @Test func bootsEveryFormatAsWhatItIsAndNoneTwice() async throws {
            let lab = try #require(Lab.current)
            var template = LabTemplate(
                name: "formats", tests: ["{ name: it is Debian, run: grep -q debian /etc/os-release }"])
            template.formats = "qcow2, vmdk, vhd, ova, raw"
            let project = try lab.project([template.name: template.text])
            let ending = try await lab.turn {
                try await project.factory("build", template.name, "--version", "v1.0.0").run()
            }
            try #require(ending.status == 0, "\(ending.talk)")
            let boots = try boots(of: project, "v1.0.0")
            #expect(boots.map(\.format) == ["qcow2", "vmdk", "vhd", "ova", "raw"])
            #expect(boots.map(\.bus) == ["virtio", "virtio", "virtio", "sata", "virtio"])
            #expect(boots.map(\.root) == ["/dev/vda2", "/dev/vda2", "/dev/vda2", "/dev/sda2", "/dev/vda2"])
            #expect(Set(boots.map(\.kernel)).count == 1)
            for boot in boots { print("\(boot.format) on \(boot.bus) booted in \(boot.seconds) s") }
            try await expectOnlyNewBoots(template, in: project, lab)
        }

        /// Another bus boots the files on that, and another format none of the old ones.
        private func expectOnlyNewBoots(_ template: LabTemplate, in project: Project, _ lab: Lab) async throws {
            var template = template
            template.formats = "raw, vhd"
            template.proof = "{ buses: [virtio, sata, scsi], test-images: false }"
            try project.root.appending("templates/\(template.name).yaml").write(template.text.utf8)
            let ending = try await lab.turn {
                try await project.factory("build", template.name, "--version", "v1.0.1").run()
            }
            try #require(ending.status == 0, "\(ending.talk)")
            for format in ["raw", "vhd"] {
                #expect(ending.talk.contains("boot-images: \(format) on virtio has booted before"), "\(ending.talk)")
                for bus in ["sata", "scsi"] {
                    #expect(ending.talk.contains("boot-images: \(format) on \(bus) booted in"), "\(ending.talk)")
                }
            }
            #expect(try boots(of: project, "v1.0.1").count == 6)
        }

        private func boots(of project: Project, _ version: String) throws -> [ProvenSeal.Boot] {
            try ProvenSeal(of: project.output.appending("formats").appending(version)).boots()
        }
    }
}
