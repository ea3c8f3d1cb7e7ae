import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import DiskImages

struct OVAArchiveTests {
    private static let vmdk = VMDKImage(grains: [0: VMDKSample.text(65536)]).bytes
    private static let ovf = Array("<File ovf:href=\"a.vmdk\"/>".utf8)

    @Test func readsWhatTarPacks() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "ova") { folder in
            try folder.appending("a.vmdk").write(Self.vmdk)
            try folder.appending("a.ovf").write(Self.ovf)
            for format in ["ustar", "gnu", "v7"] {
                let ova = folder.appending("\(format).ova")
                try await Program.run(
                    "tar", ["--format=\(format)", "-cf", ova.string, "-C", folder.string, "a.ovf", "a.vmdk"],
                    deadline: .seconds(20))
                guard format != "v7" else {
                    #expect(throws: ImageError.self) { _ = try OVAArchive(ova) }
                    continue
                }
                let archive = try OVAArchive(ova)
                #expect(archive.size == 1024 * 512)
                #expect(try archive.verifyManifest() == [])
                var bytes = [UInt8](repeating: 0, count: 65536)
                try bytes.withUnsafeMutableBytes { try archive.read(into: $0, at: 0) }
                #expect(bytes == VMDKSample.text(65536))
            }
        }
    }

    @Test func refusesTheHeadersThatPaxAdds() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "ova") { folder in
            try folder.appending("a.vmdk").write(Self.vmdk)
            let ova = folder.appending("a.ova")
            try await Program.run(
                "tar", ["--format=pax", "-cf", ova.string, "-C", folder.string, "a.vmdk"], deadline: .seconds(20))
            let error = #expect(throws: ImageError.self) { _ = try OVAArchive(ova) }
            #expect(error?.kind == .unsupported)
            #expect(error?.offset == 156)
            #expect(error?.reason.contains("pax") == true)
        }
    }

    @Test(arguments: ["../a.vmdk", "/etc/a.vmdk", "b/a.vmdk", "..", ".", "a\\b", "a\u{1B}[2J"])
    func refusesANameThatLeavesItsFolder(name: String) throws {
        let error = try failure(of: archive([(name, Self.vmdk)]))
        #expect(error?.kind == .forbidden)
        #expect(error?.offset == 0)
    }

    @Test func refusesAPrefixedName() throws {
        var bytes = archive([("a.ovf", Self.ovf), ("a.vmdk", Self.vmdk)])
        bytes.replaceSubrange(345..<347, with: Array("..".utf8))
        mend(&bytes)
        #expect(try failure(of: bytes)?.reason.contains("'../a.ovf'") == true)
    }

    @Test func refusesWhatNoAppliancesHave() throws {
        let ovf = ("a.ovf", Self.ovf)
        let vmdk = ("a.vmdk", Self.vmdk)
        #expect(try failure(of: archive([ovf, vmdk, vmdk]))?.reason.contains("twice") == true)
        #expect(try failure(of: archive([vmdk]))?.reason.contains("no .ovf") == true)
        #expect(try failure(of: archive([ovf]))?.reason.contains("0 .vmdk") == true)
        #expect(try failure(of: archive([ovf, vmdk, ("b.vmdk", Self.vmdk)]))?.reason.contains("2 .vmdk") == true)
        #expect(
            try failure(of: archive([("a.ovf", Array("<Envelope/>".utf8)), vmdk]))?.reason.contains("does not name")
                == true)
        let many = (0..<70).map { ("f\($0)", [UInt8]()) }
        #expect(try failure(of: archive(many))?.reason.contains("more than 64") == true)
        let huge = ("a.ovf", [UInt8](repeating: 32, count: (1 << 20) + 1))
        #expect(try failure(of: archive([huge, vmdk]))?.reason.contains("1 MiB") == true)
    }

    @Test func expandsNoEntities() throws {
        let bomb = Array(
            """
            <!DOCTYPE x [<!ENTITY a "a.vmdk"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
            <File ovf:href="&b;&c;"/>
            """.utf8)
        let archive = try open(archive([("a.ovf", bomb), ("a.vmdk", Self.vmdk)]))
        #expect(archive.size == 1024 * 512)
    }

    @Test func refusesAnArchiveThatEndsTooSoon() throws {
        let whole = archive([("a.ovf", Self.ovf), ("a.vmdk", Self.vmdk)])
        for count in [100, 512, 1500, 4000, whole.count - 1025, whole.count - 1500] {
            #expect(try failure(of: Array(whole.prefix(count)))?.kind == .truncated, "\(count)")
        }
        #expect(try failure(of: [])?.reason.contains("no .ovf") == true)
        #expect(try failure(of: Array(whole.prefix(1024)))?.reason.contains("0 .vmdk") == true)
    }

    @Test func readsAnArchiveWithoutZerosAtItsEnd() throws {
        let whole = archive([("a.ovf", Self.ovf), ("a.vmdk", Self.vmdk)])
        #expect(try open(Array(whole.dropLast(1024))).members.count == 2)
    }

    static let sizes: [[UInt8]] = [
        [0x80, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x80, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        Array("77777777777\0".utf8), Array("-0000000001\0".utf8), Array("9\0\0\0\0\0\0\0\0\0\0\0".utf8),
        Array("            ".utf8),
    ]

    @Test(arguments: sizes)
    func refusesASizeOutsideTheArchive(size: [UInt8]) throws {
        var bytes = archive([("a.ovf", Self.ovf), ("a.vmdk", Self.vmdk)])
        bytes.replaceSubrange(124..<136, with: size)
        mend(&bytes)
        let error = try failure(of: bytes)
        #expect(error?.kind == .truncated || error?.kind == .corrupt)
        #expect(error?.offset == 124)
    }

    @Test func refusesAHeaderWithAWrongChecksum() throws {
        var bytes = archive([("a.ovf", Self.ovf), ("a.vmdk", Self.vmdk)])
        bytes[3] ^= 1
        #expect(try failure(of: bytes)?.offset == 148)
    }

    @Test func findsAFileThatDiffersFromTheManifest() throws {
        let right = "SHA256 (a.ovf) = \(Digest.of(Self.ovf).hex)\r\nSHA256(a.vmdk)= \(Digest.of(Self.vmdk).hex)\n"
        #expect(try open(withManifest(right)).verifyManifest() == ["a.ovf", "a.vmdk"])
        for (text, words) in [
            (right.replacing(Digest.of(Self.vmdk).hex, with: Digest.of("").hex), "a.vmdk has the digest"),
            (String(right.prefix { $0 != "\r\n" }) + "\n", "does not list a.vmdk"),
            (right + "SHA256(c.iso)= \(Digest.of("").hex)\n", "'c.iso', which is not in the archive"),
            (right.replacing("SHA256(", with: "SHA1("), "'SHA1'"),
            (right + "nonsense\n", "'nonsense' is no line"),
            (right + "SHA256(a.ovf)= 12\n", "64 hexadecimal"),
        ] {
            let archive = try open(withManifest(text))
            let error = #expect(throws: ImageError.self) { try archive.verifyManifest() }
            #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
        }
        let archive = try open(withManifest(right))
        #expect(throws: CancellationError.self) { try archive.verifyManifest(isCancelled: { true }) }
    }

    @Test func writesTheSizeOfALargeMemberAsTarReadsIt() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "ova") { folder in
            let ova = folder.appending("large.ova")
            let size = (Int64(9) << 30) + 77
            let file = try OutputFile(creating: ova)
            try file.write(TarHeader(name: "large.vmdk", size: size).bytes, at: 0)
            try file.setSize((512 + size).roundedUp(to: 512) + 1024)
            let list = try await Program.run("tar", ["-tvf", ova.string], deadline: .seconds(30)).text
            #expect(list.split(separator: " ").contains("9663676493"))
            let header = try #require(try TarHeader(of: FileRegion(SourceFile(ova)), at: 0))
            #expect(header == TarHeader(name: "large.vmdk", size: size))
        }
    }

    @Test(arguments: [0, 1, (8 << 30) - 1, 8 << 30, 1 << 52] as [Int64])
    func givesBackASize(size: Int64) throws {
        let bytes = TarHeader(name: "a", size: size).bytes
        #expect((bytes[124] == 0x80) == (size >= 8 << 30))
        let header = try withFile(bytes) { try TarHeader(of: FileRegion(SourceFile($0)), at: 0) }
        #expect(header?.size == size)
    }

    @Test func neverCrashesOnRandomDamage() throws {
        var random = SeededRandom(seed: 9)
        let manifest = "SHA256(a.ovf)= \(Digest.of(Self.ovf).hex)\nSHA256(a.vmdk)= \(Digest.of(Self.vmdk).hex)\n"
        let whole = withManifest(manifest)
        for round in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let header = [0, 1024, 2048].randomElement(using: &random) ?? 0
                let offset = header + Int.random(in: 0..<700, using: &random)
                bytes[offset] = UInt8.random(in: 0...255, using: &random)
                if round % 2 == 0 { mend(&bytes, at: header) }
            }
            do { try open(bytes).verifyManifest() } catch is ImageError {}
        }
    }

    private func withManifest(_ text: String) -> [UInt8] {
        archive([("a.ovf", Self.ovf), ("a.mf", Array(text.utf8)), ("a.vmdk", Self.vmdk)])
    }

    private func archive(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        let parts = members.map { member in
            TarHeader(name: member.name, size: Int64(member.bytes.count)).bytes + member.bytes
                + [UInt8](repeating: 0, count: member.bytes.count.roundedUp(to: 512) - member.bytes.count)
        }
        return parts.joined() + [UInt8](repeating: 0, count: 1024)
    }

    /// Makes the checksum of the header at `offset` right again.
    private func mend(_ bytes: inout [UInt8], at offset: Int = 0) {
        bytes.replaceSubrange(offset + 148..<offset + 156, with: [UInt8](repeating: 32, count: 8))
        let sum = String(bytes[offset..<offset + 512].reduce(0) { $0 + Int($1) }, radix: 8)
        let field = String(repeating: "0", count: 6 - sum.count) + sum + "\0 "
        bytes.replaceSubrange(offset + 148..<offset + 156, with: Array(field.utf8))
    }

    private func failure(of bytes: [UInt8]) throws -> ImageError? {
        try withFile(bytes) { path in #expect(throws: ImageError.self) { _ = try OVAArchive(path) } }
    }

    private func open(_ bytes: [UInt8]) throws -> OVAArchive {
        try withFile(bytes) { try OVAArchive($0) }
    }

    private func withFile<Result>(_ bytes: [UInt8], _ body: (FilePath) throws -> Result) throws -> Result {
        let path = FilePath("/tmp/ova-\(String.randomHex(digits: 12))")
        defer { try? path.remove() }
        try path.write(bytes)
        return try body(path)
    }
}
