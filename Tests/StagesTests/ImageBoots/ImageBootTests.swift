import Attestation
import DiskImages
import HostSystem
import Machines
import SystemPackage
import Testing

@testable import Pipeline
@testable import Stages

struct ImageBootTests {
    private static func image(_ format: String, _ digest: String = "image") throws -> ImageFile {
        ImageFile(
            format: try #require(ImageFormat(rawValue: format)), file: "image.\(format)", size: 1, sha256: .of(digest),
            virtualSize: 1 << 30)
    }

    private static func machine(_ change: (inout Template.Machine) -> Void = { _ in }) -> Template.Machine {
        var machine = Template.Machine(
            cpus: 2, memory: .gibibytes(2), disk: .gibibytes(8), diskBus: .virtio, network: .none)
        change(&machine)
        return machine
    }

    @Test func bootsEachImageOnEachBusAndAnApplianceAsItSays() throws {
        let boots = try ["qcow2", "vmdk", "vhd", "raw", "ova"].flatMap {
            ImageBoot.all(of: try Self.image($0), in: "/images", buses: [.virtio, .sata])
        }
        #expect(
            boots.map(\.title) == [
                "qcow2 on virtio", "qcow2 on sata", "vmdk on virtio", "vmdk on sata", "vhd on virtio", "vhd on sata",
                "raw on virtio", "raw on sata", "ova",
            ])
        #expect(boots[0].path == "/images/image.qcow2")
    }

    /// The same image on the same bus is one boot, whatever other formats there are.
    @Test func isNamedByWhatItBoots() throws {
        let boot = try #require(try ImageBoot.all(of: Self.image("raw"), in: "/images", buses: [.virtio]).first)
        let key = try boot.key(for: Self.machine())
        #expect(
            try ImageBoot.all(of: Self.image("raw"), in: "/else", buses: [.sata, .virtio])[1].key(for: Self.machine())
                == key)
        var tested = boot
        tested.tests = GuestTests(tests: [.init(name: "a", run: "true", expect: nil, timeout: .seconds(1))])
        let others = [
            try ImageBoot.all(of: Self.image("raw", "other"), in: "/images", buses: [.virtio])[0].key(
                for: Self.machine()),
            try ImageBoot.all(of: Self.image("vhd"), in: "/images", buses: [.virtio])[0].key(for: Self.machine()),
            try ImageBoot.all(of: Self.image("raw"), in: "/images", buses: [.sata])[0].key(for: Self.machine()),
            try boot.key(for: Self.machine { $0.memory = .gibibytes(4) }), try tested.key(for: Self.machine()),
        ]
        #expect(Set(others + [key]).count == 6)
    }

    @Test func remembersWhatBooted() async throws {
        try await TestProject.with { project in
            let boot = try #require(try ImageBoot.all(of: Self.image("vmdk"), in: "/images", buses: [.sata]).first)
            let key = try boot.key(for: Self.machine())
            let memory = BootMemory(folder: project.root.appending("boots"))
            #expect(memory.result(of: key) == nil)
            let result = BootResult(
                boot, on: .sata, time: .milliseconds(31_260),
                facts: GuestFacts(kernel: "6.12.48+deb13-amd64", root: "/dev/sda2"), tests: [])
            try memory.save(result, of: key)
            #expect(memory.result(of: key) == result)
            #expect(result.seconds == 31.3 && result.title == "vmdk on sata")
            try project.write("{", to: "boots/\(key.hex).json")
            #expect(memory.result(of: key) == nil, "what cannot be read is booted again")
        }
    }

    /// Two clones run in the place of the machine that the build was let in for.
    @Test(arguments: [
        (2, 2 << 30, 1, 1 << 30), (4, 8 << 30, 2, 4 << 30), (1, 512 << 20, 1, 512 << 20), (1, 1536 << 20, 1, 1 << 30),
    ])
    func takesHalfOfTheTemplatesMachine(cpus: Int, memory: Int, half: Int, clone: Int) {
        let machine = Self.machine {
            $0.cpus = cpus
            $0.memory = ByteCount(Int64(memory))
        }
        let share = Clone("clone", of: "/disk", for: machine).share
        #expect(share.processors == half && share.memory == ByteCount(Int64(clone)))
    }
}
