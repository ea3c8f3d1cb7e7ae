import HostSystem
import SystemPackage
import Testing

@testable import DiskImages

/// What an appliance asks for is read from its descriptor.
struct OVAMachineTests {
    @Test func readsWhatIsWrittenHere() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "ova") { folder in
            let raw = folder.appending("disk.raw")
            try raw.write([UInt8](repeating: 7, count: 1 << 20))
            let ova = folder.appending("golden.ova")
            let description = try OVADescription(name: "golden", memory: .gibibytes(3))
            let reader = try DiskImage.open(raw, as: .raw)
            let writer = try OVAWriter(OutputFile(creating: ova), size: reader.size, description: description)
            try SimplePass.run(reader, to: [writer])
            let archive = try OVAArchive(ova)
            #expect(
                try archive.machine()
                    == OVAMachine(firmware: .efi, memory: .gibibytes(3), controller: .paravirtualSCSI))
            let disk = folder.appending("copy.vmdk")
            try archive.copyDisk(to: disk)
            try await Program.run("tar", ["-xf", ova.string, "-C", folder.string], deadline: .seconds(20))
            #expect(try disk.readBytes() == folder.appending("golden.vmdk").readBytes())
        }
    }

    @Test func readsOtherControllersAndFirmware() async throws {
        let machine = try await machine(controller: "<ResourceType>20</ResourceType>", firmware: "")
        #expect(machine == OVAMachine(firmware: .bios, memory: .mebibytes(512), controller: .ahci))
    }

    @Test(arguments: [
        ("<ResourceType>6</ResourceType><ResourceSubType>lsilogic</ResourceSubType>", "the controller '6 lsilogic'"),
        ("<ResourceType>6</ResourceType>", "the controller '6'"),
    ])
    func refusesAControllerThatItDoesNotKnow(controller: String, words: String) async {
        let error = await #expect(throws: ImageError.self) { try await machine(controller: controller, firmware: "") }
        #expect(error?.kind == .unsupported && error?.reason.contains(words) == true)
    }

    @Test(arguments: ["", "<", "<Envelope/>", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"])
    func refusesADescriptorThatTellsNothing(text: String) async {
        await #expect(throws: ImageError.self) { try await machine(ovf: text + "<!-- a.vmdk -->") }
    }

    private func machine(controller: String, firmware: String) async throws -> OVAMachine {
        try await machine(
            ovf: """
                <Envelope><References><File href="a.vmdk"/></References><VirtualSystem><VirtualHardwareSection>
                <Item><AllocationUnits>byte * 2^20</AllocationUnits><InstanceID>2</InstanceID>
                <ResourceType>4</ResourceType><VirtualQuantity>512</VirtualQuantity></Item>
                <Item><InstanceID>3</InstanceID>\(controller)</Item>
                <Item><InstanceID>4</InstanceID><Parent>3</Parent><ResourceType>17</ResourceType></Item>
                \(firmware)</VirtualHardwareSection></VirtualSystem></Envelope>
                """)
    }

    private func machine(ovf: String) async throws -> OVAMachine {
        try await withScratchFolder(in: "/tmp", prefix: "ova") { folder in
            try folder.appending("a.ovf").write(ovf.utf8)
            try folder.appending("a.vmdk").write(VMDKImage(grains: [0: VMDKSample.text(65536)]).bytes)
            let ova = folder.appending("a.ova")
            try await Program.run(
                "tar", ["--format=ustar", "-cf", ova.string, "-C", folder.string, "a.ovf", "a.vmdk"],
                deadline: .seconds(20))
            return try OVAArchive(ova).machine()
        }
    }
}
