import HostSystem
import SystemPackage
import Testing

struct DigestTests {
    /// FIPS 180-4's examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func agreesWithTheStandard(text: String, hex: String) {
        #expect(Digest.of(text).hex == hex)
    }

    /// RFC 4231, test case 2.
    @Test func agreesWithTheStandardWithAKey() {
        #expect(
            Digest.keyed(Array("what do ya want for nothing?".utf8), by: Array("Jefe".utf8)).hex
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test(arguments: [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000])
    func readsAFileInBlocksAsIfItWereOne(count: Int) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-digest") { folder in
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let file = folder.appending("file")
            try file.write(bytes)
            #expect(try await Digest.of(file: file) == Digest.of(bytes))
        }
    }

    @Test func readsAnOpenFileAsFarAsItIsTold() throws {
        let folder = FilePath("/tmp/if-digest-\(String.randomHex(digits: 12))")
        try folder.createFolder()
        defer { try? folder.remove() }
        let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try folder.appending("file").write(bytes)
        let descriptor = try FileDescriptor.open(folder.appending("file"), .readOnly)
        try descriptor.closeAfter {
            try descriptor.seek(offset: 7, from: .start)
            for size in [0, 1, 1 << 20, bytes.count, bytes.count + 1] {
                let digest = try Digest.of(descriptor, size: Int64(size)) { false }
                #expect(digest == Digest.of(bytes.prefix(size)))
            }
            #expect(try descriptor.seek(offset: 0, from: .current) == 7)
            #expect(throws: CancellationError.self) { try Digest.of(descriptor, size: 1) { true } }
        }
    }

    @Test func agreesWithSha256sum() async throws {
        let output = try await Program.run("sha256sum", ["/bin/sh"], deadline: .seconds(20)).text
        #expect(try await Digest.of(file: "/bin/sh").hex == String(output.prefix(64)))
    }

    @Test(arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "a", count: 65)])
    func refusesWhatIsNoDigest(text: String) {
        #expect(Digest(hex: text) == nil)
    }

    @Test func readsUpperCase() {
        #expect(Digest(hex: Digest.of("abc").hex.uppercased()) == Digest.of("abc"))
    }
}
