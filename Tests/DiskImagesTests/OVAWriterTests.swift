import HostSystem
import SystemPackage
import Testing

@testable import DiskImages

struct OVAWriterTests {
    @Test(arguments: VMDKSample.all)
    func writesADiskThatIsReadIdentically(sample: VMDKSample) async throws {
        try await withOVA(sample) { folder, raw, ova in
            try await Program.run("tar", ["-xf", ova.string, "-C", folder.string], deadline: .seconds(20))
            let vmdk = folder.appending("golden.vmdk")
            try await vmdkQemuImg("compare", "-f", "vmdk", "-F", "raw", vmdk.string, raw.string)
            let archive = try OVAArchive(ova)
            #expect(try archive.vmdkContent() == VMDKRawDisk(raw).vmdkContent())
            #expect(try archive.verifyManifest() == ["golden.ovf", "golden.vmdk"])
            #expect(archive.facts.format == .ova)
            #expect(try ova.fileSize().bytes % 10240 == 0)
        }
    }

    @Test func ordersItsMembersAsTheStandardWants() async throws {
        try await withOVA(VMDKSample("", size: 1 << 20, [(0, [1])])) { _, _, ova in
            #expect(try OVAArchive(ova).members.map(\.name) == ["golden.ovf", "golden.mf", "golden.vmdk"])
            let list = try await Program.run(
                "tar", ["--numeric-owner", "--utc", "-tvf", ova.string], deadline: .seconds(20)
            ).text.split(separator: "\n")
            #expect(list.count == 3)
            #expect(list.allSatisfy { $0.hasPrefix("-rw-r--r-- 0/0 ") && $0.contains(" 1970-01-01 00:00 ") })
        }
    }

    @Test func givesDigestsThatSha256sumFinds() async throws {
        try await withOVA(VMDKSample("", size: 1 << 20, [(0, VMDKSample.noise(70_000))])) { folder, _, ova in
            try await Program.run("tar", ["-xf", ova.string, "-C", folder.string], deadline: .seconds(20))
            let manifest = try folder.appending("golden.mf").readText()
            let names = ["golden.ovf", "golden.vmdk"]
            var expected = ""
            for name in names {
                expected += "SHA256(\(name))= \(try await Digest.of(file: folder.appending(name)).hex)\n"
            }
            #expect(manifest == expected)
        }
    }

    @Test func givesTheSameBytesForTheSameDisk() async throws {
        let sample = VMDKSample("", size: 5 << 20, [(0, VMDKSample.text(70_000)), (4 << 20, VMDKSample.noise(70_000))])
        try await withOVA(sample) { folder, _, ova in
            let again = folder.appending("again.ova")
            let archive = try OVAArchive(ova)
            let writer = try OVAWriter(OutputFile(creating: again), size: archive.size, description: Self.description())
            try SimplePass.run(archive, to: [writer])
            #expect(try again.readBytes() == ova.readBytes())
        }
    }

    @Test func holdsTheVMDKThatStandsAlone() async throws {
        try await withOVA(VMDKSample("", size: 1 << 20, [(0, [1])])) { folder, raw, ova in
            let vmdk = folder.appending("alone.vmdk")
            let reader = try VMDKRawDisk(raw)
            try SimplePass.run(
                reader, to: [try VMDKWriter(OutputFile(creating: vmdk), size: reader.size, extentName: "golden.vmdk")])
            try await Program.run("tar", ["-xf", ova.string, "-C", folder.string], deadline: .seconds(20))
            #expect(try folder.appending("golden.vmdk").readBytes() == vmdk.readBytes())
        }
    }

    @Test func describesTheMachineForEveryImporter() async throws {
        try await withOVA(VMDKSample("", size: 3 << 20, [(0, [1])])) { folder, raw, ova in
            try await Program.run("tar", ["-xf", ova.string, "-C", folder.string], deadline: .seconds(20))
            let text = try folder.appending("golden.ovf").readText()
            let identity = DiskIdentity(content: try VMDKRawDisk(raw).vmdkContent())
            let vmdkSize = try folder.appending("golden.vmdk").fileSize().bytes
            for part in [
                "xmlns=\"http://schemas.dmtf.org/ovf/envelope/1\"",
                "<File ovf:href=\"golden.vmdk\" ovf:id=\"file1\" ovf:size=\"\(vmdkSize)\"/>",
                "ovf:capacity=\"3145728\" ovf:capacityAllocationUnits=\"byte\"",
                "vbox:uuid=\"\(identity.uuidText(for: "ova-disk"))\"",
                "<Image uuid=\"{\(identity.uuidText(for: "ova-disk"))}\"/>",
                "<rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits>",
                "<rasd:VirtualQuantity>4096</rasd:VirtualQuantity>", "<rasd:VirtualQuantity>3</rasd:VirtualQuantity>",
                "<vmw:Config ovf:required=\"false\" vmw:key=\"firmware\" vmw:value=\"efi\"/>",
                "<Firmware type=\"EFI64\"/>", "OSType=\"Debian_64\"", "vmw:osType=\"debian12_64Guest\"",
                "<rasd:HostResource>ovf:/disk/vmdisk1</rasd:HostResource>",
                "<Annotation>Two lines &lt;&amp;&quot;&gt;</Annotation>", "<Product>Golden</Product>",
                "<Version>1.2.0</Version>",
            ] {
                #expect(text.contains(part), "\(part)")
            }
            #expect(text.hasSuffix("</Envelope>\n") || text.hasSuffix("\n\n"))
        }
    }

    @Test func keepsEveryTagOnOneLine() throws {
        for line in try Self.document(.efi).split(separator: "\n") {
            #expect(line.filter { $0 == "<" }.count == line.filter { $0 == ">" }.count, "\(line)")
            #expect(line.drop { $0 == " " }.hasPrefix("<"))
        }
    }

    @Test func ordersTheChildrenOfAnItem() throws {
        let items = try Self.document(.efi).split(separator: "<Item>").dropFirst()
        #expect(items.count == 5)
        for item in items {
            let names = item.components(before: "</Item>").split(separator: "<rasd:").dropFirst()
                .map { $0.prefix { $0 != ">" } }
            #expect(names == names.sorted())
            #expect(names.contains("InstanceID") && names.contains("ElementName") && names.contains("ResourceType"))
        }
    }

    @Test func asksForBIOSWhereTheDiskBootsByIt() throws {
        let text = try Self.document(.bios)
        #expect(text.contains("vmw:key=\"firmware\" vmw:value=\"bios\""))
        #expect(text.contains("<Firmware type=\"BIOS\"/>"))
        #expect(!text.contains("EFI"))
    }

    @Test(arguments: ["", ".hidden", "-x", "a/b", "a b", "ä", "a\"", String(repeating: "a", count: 91)])
    func refusesANameThatAnImporterWould(name: String) {
        #expect(throws: OVADescriptionError.name(name)) { try OVADescription(name: name) }
    }

    @Test func refusesAMachineThatAnImporterWould() {
        #expect(throws: OVADescriptionError.cpus(0)) { try OVADescription(name: "a", cpus: 0) }
        for memory in [ByteCount(0), ByteCount((1 << 30) + 1), .mebibytes(1025)] {
            #expect(throws: OVADescriptionError.memory(memory)) { try OVADescription(name: "a", memory: memory) }
        }
    }

    static func description(_ firmware: OVADescription.Firmware = .efi) throws -> OVADescription {
        try OVADescription(
            name: "golden", cpus: 3, memory: .gibibytes(4), firmware: firmware, system: .named("debian"),
            product: .init(name: "Golden", version: "1.2.0"), annotation: "Two\nlines <&\">")
    }

    private static func document(_ firmware: OVADescription.Firmware) throws -> String {
        OVFDocument(
            description: try description(firmware), diskSize: 1 << 30, diskFile: ("golden.vmdk", 77),
            identity: DiskIdentity(content: Digest.of(""))
        ).text
    }

    private func withOVA(
        _ sample: VMDKSample, _ body: (_ folder: FilePath, _ raw: FilePath, _ ova: FilePath) async throws -> Void
    ) async throws {
        try await withVMDKSample(sample) { folder, raw in
            let ova = folder.appending("golden.ova")
            let reader = try VMDKRawDisk(raw)
            let writer = try OVAWriter(OutputFile(creating: ova), size: reader.size, description: Self.description())
            try SimplePass.run(reader, to: [writer])
            try await body(folder, raw, ova)
        }
    }
}

extension Substring {
    fileprivate func components(before end: String) -> Substring {
        firstRange(of: end).map { self[..<$0.lowerBound] } ?? self
    }
}
