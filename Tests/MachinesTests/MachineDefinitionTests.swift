import Foundation
import FoundationXML
import HostSystem
import SystemPackage
import Testing

@testable import Machines

struct MachineDefinitionTests {
    /// A name for the test's output and the machine.
    struct Variant: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let definition: MachineDefinition
        var accelerator = Accelerator.tcg
    }

    private static let plain = MachineDefinition(
        name: "if-a1b2c3-build", cpus: 2, memory: .gibibytes(2), disk: "/state/disk.qcow2")

    private static func definition(_ change: (inout MachineDefinition) -> Void) -> MachineDefinition {
        var definition = plain
        change(&definition)
        return definition
    }

    private static let kernel = MachineDefinition.Kernel(
        image: "/run/vmlinuz", initialDisk: "/run/initrd.img", arguments: "console=ttyS0,115200 quiet")

    static let variants = [
        Variant(testDescription: "from its disk", definition: plain),
        Variant(testDescription: "under KVM", definition: plain, accelerator: .kvm),
        Variant(
            testDescription: "an installer with its kernel",
            definition: definition {
                $0.kernel = kernel
                $0.cdrom = "/iso/kldload.iso"
                $0.seed = "/run/seed.img"
                $0.endsOnReboot = true
            }),
        Variant(
            testDescription: "an installer by its firmware", definition: definition { $0.cdrom = "/iso/kldload.iso" }),
        Variant(
            testDescription: "SCSI with a seed",
            definition: definition {
                $0.diskBus = .scsi
                $0.seed = "/run/seed.img"
            }),
        Variant(
            testDescription: "SATA with a CD",
            definition: definition {
                $0.diskBus = .sata
                $0.cdrom = "/iso/kldload.iso"
            }),
        Variant(testDescription: "user network", definition: definition { $0.network = .user }),
        Variant(testDescription: "virtual network", definition: definition { $0.network = .network("default") }),
        Variant(testDescription: "bridge", definition: definition { $0.network = .bridge("br0") }),
        Variant(
            testDescription: "odd paths",
            definition: definition {
                $0.disk = "/state/R&D <\"it's\">/disk.qcow2"
                $0.cdrom = "/iso/a & b.iso"
            }),
    ]

    /// libvirt checks it against its schema, reads it, and would run it.
    @Test(arguments: variants)
    func isWhatLibvirtsSchemaWants(variant: Variant) async throws {
        try await withScratchFolder(in: FilePath(NSTemporaryDirectory()), prefix: "if-xml") { folder in
            let file = folder.appending("domain.xml")
            try file.write(xml(variant.definition, variant.accelerator).utf8)
            try await Program.run(
                "virsh", ["-c", "test:///default", "define", "--validate", file.string], deadline: .seconds(120))
        }
    }

    @Test func emulatesOneProcessorAlone() throws {
        let definition = Self.definition { $0.cpus = 1000 }
        let emulated = try Domain(xml(definition, .tcg))
        #expect(emulated["/domain/vcpu/@current"] == ["1"])
        #expect(emulated["/domain/vcpu"] == ["2"])
        #expect(try Domain(xml(definition, .kvm))["/domain/vcpu"] == ["1000"])
    }

    @Test func namesWhatItIsMadeOf() throws {
        let definition = Self.definition {
            $0.cpus = 1
            $0.memory = ByteCount(1_234_567_168)
            $0.cdrom = "/iso/kldload.iso"
            $0.seed = "/run/seed.img"
        }
        let domain = try Domain(xml(definition))
        #expect(domain["/domain/@type"] == ["qemu"])
        #expect(domain["/domain/name"] == ["if-a1b2c3-build"])
        #expect(domain["/domain/vcpu/@current"] == ["1"])
        #expect(domain["/domain/memory"] == ["1234567168"])
        #expect(domain["/domain/memory/@unit"] == ["b"])
        #expect(domain["//disk/source/@file"] == ["/state/disk.qcow2", "/run/seed.img", "/iso/kldload.iso"])
        #expect(domain["//disk/target/@dev"] == ["vda", "vdb", "sdf"])
        #expect(domain["//disk[readonly]/source/@file"] == ["/run/seed.img", "/iso/kldload.iso"])
        #expect(domain["//serial/source/@path"] == ["/run/m.c.s"])
        #expect(domain["//channel/source/@path"] == ["/run/m.a.s"])
        #expect(domain["//channel/target/@name"] == ["org.qemu.guest_agent.0"])
    }

    @Test func keepsNamesAndPathsThatXMLMustEscape() throws {
        let odd = "R&D <it's> \"5\" &amp; ]]>"
        let definition = Self.definition {
            $0.name = odd
            $0.disk = FilePath("/state/\(odd)/disk.qcow2")
            $0.network = .bridge(odd)
            $0.kernel = MachineDefinition.Kernel(
                image: FilePath("/boot/\(odd)"), initialDisk: FilePath("/boot/\(odd).img"), arguments: "a=\"\(odd)\"")
        }
        let domain = try Domain(xml(definition))
        #expect(domain["/domain/name"] == [odd])
        #expect(domain["//disk/source/@file"] == ["/state/\(odd)/disk.qcow2"])
        #expect(domain["//interface/source/@bridge"] == [odd])
        #expect(domain["//os/kernel"] == ["/boot/\(odd)"])
        #expect(domain["//os/initrd"] == ["/boot/\(odd).img"])
        #expect(domain["//os/cmdline"] == ["a=\"\(odd)\""])
    }

    @Test func bootsAKernelDirectlyAndNothingElse() throws {
        let domain = try Domain(
            xml(
                Self.definition {
                    $0.kernel = Self.kernel
                    $0.cdrom = "/iso/kldload.iso"
                }))
        #expect(domain["//os/kernel"] == ["/run/vmlinuz"])
        #expect(domain["//os/initrd"] == ["/run/initrd.img"])
        #expect(domain["//os/cmdline"] == ["console=ttyS0,115200 quiet"])
        #expect(domain["//os/boot/@dev"] == [])
    }

    @Test func bootsTheCDBeforeTheDisk() throws {
        let withCD = try Domain(xml(Self.definition { $0.cdrom = "/iso/kldload.iso" }))
        #expect(withCD["//os/boot/@dev"] == ["cdrom", "hd"])
        let without = try Domain(xml(Self.plain))
        #expect(without["//os/boot/@dev"] == ["hd"])
        #expect(without["//os/kernel"] == [])
    }

    @Test func bootsByUEFIWithoutSecureBoot() throws {
        let domain = try Domain(xml(Self.plain))
        #expect(domain["//os/@firmware"] == ["efi"])
        #expect(domain["//os/firmware/feature[@name='secure-boot']/@enabled"] == ["no"])
        #expect(domain["//os/type/@machine"] == ["q35"])
    }

    @Test func keepsSecurityDriversAwayFromItsFiles() throws {
        let domain = try Domain(xml(Self.plain))
        #expect(domain["/domain/seclabel[@type='none']/@model"] == ["apparmor"])
        #expect(domain["/domain/seclabel[@type='static'][@relabel='no']/@model"] == ["dac"])
        #expect(domain["/domain/seclabel[@model='dac']/label"] == ["+107:+108"])
    }

    @Test func keepsItsFirmwaresVariablesWhereTheyVanish() throws {
        let domain = try Domain(xml(Self.plain))
        #expect(domain["//os/nvram"] == ["/run/m.fd"])
    }

    @Test(arguments: [(true, "destroy"), (false, "restart")])
    func endsOnARebootIfItShould(ends: Bool, action: String) throws {
        let domain = try Domain(xml(Self.definition { $0.endsOnReboot = ends }))
        #expect(domain["/domain/on_reboot"] == [action])
        #expect(domain["/domain/on_poweroff"] == ["destroy"])
    }

    @Test(arguments: [
        (MachineDefinition.Network.none, [String](), [String]()), (.user, ["user"], []),
        (.network("lab"), ["network"], ["lab"]), (.bridge("br0"), ["bridge"], ["br0"]),
    ])
    func plugsTheNetworkCardInWhereItShould(
        network: MachineDefinition.Network, types: [String], sources: [String]
    ) throws {
        let domain = try Domain(xml(Self.definition { $0.network = network }))
        #expect(domain["//interface/@type"] == types)
        #expect(domain["//interface/source/@network"] + domain["//interface/source/@bridge"] == sources)
    }

    @Test(arguments: [
        (MachineDefinition.DiskBus.virtio, ["vda", "vdb", "sdf"]), (.scsi, ["sda", "vda", "sdf"]),
        (.sata, ["sda", "vda", "sdf"]),
    ])
    func namesEachDiskOnce(bus: MachineDefinition.DiskBus, names: [String]) throws {
        let domain = try Domain(
            xml(
                Self.definition {
                    $0.diskBus = bus
                    $0.seed = "/run/seed.img"
                    $0.cdrom = "/iso/kldload.iso"
                }))
        #expect(domain["//disk/target/@dev"] == names)
        #expect(names.first == bus.device)
        #expect(domain["//controller[@type='scsi']/@model"] == (bus == .scsi ? ["virtio-scsi"] : []))
    }

    @Test(arguments: [(Accelerator.kvm, "kvm", "host-passthrough", 0), (.tcg, "qemu", "maximum", 1)])
    func runsOnTheAccelerator(accelerator: Accelerator, type: String, processor: String, caches: Int) throws {
        let domain = try Domain(xml(Self.plain, accelerator))
        #expect(domain["/domain/@type"] == [type])
        #expect(domain["//cpu/@mode"] == [processor])
        #expect(domain["//features/tcg/tb-cache"].count == caches)
        #expect(domain["//cpu/feature/@name"] == (accelerator == .tcg ? ["la57", "erms"] : []))
    }

    private func xml(_ definition: MachineDefinition, _ accelerator: Accelerator = .tcg) -> String {
        definition.xml(
            accelerator: accelerator, files: MachineFiles(of: "m", in: RuntimeFolder(path: "/run")),
            labels: [
                SecurityLabel(driver: "apparmor", account: nil), SecurityLabel(driver: "dac", account: "+107:+108"),
            ])
    }
}

/// A domain's XML, read back.
private struct Domain {
    private let document: XMLDocument

    init(_ xml: String) throws {
        document = try XMLDocument(xmlString: xml)
    }

    /// The texts of all nodes that an XPath finds, in order.
    subscript(_ path: String) -> [String] {
        ((try? document.nodes(forXPath: path)) ?? []).compactMap(\.stringValue)
    }
}
