import HostSystem
import InstallMedia
import SystemPackage
import Testing

struct ChecksumFileTests {
    private static let hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

    @Test(arguments: [
        "HEX  kldload-1.5.0-x86_64.iso\n", "HEX *kldload-1.5.0-x86_64.iso\n", "HEX  /build/out/any.iso", "HEX",
        "  HEX\n", "HEX\r\n", "\n\nHEX  x\n", "HEX  a\nHEX  b\n", "\\HEX  odd\\nname\n",
    ])
    func takesTheFirstFieldWhateverTheName(text: String) throws {
        for hex in [Self.hex, Self.hex.uppercased()] {
            let content = text.replacing("HEX", with: hex)
            #expect(try ChecksumFile(parsing: Array(content.utf8), name: "x").digest.hex == Self.hex)
        }
    }

    private static let bad: [(String, ChecksumFileError)] = [
        ("", .empty(name: "x")), ("\n", .noDigest(name: "x")), ("9f86  x", .noDigest(name: "x")),
        ("\(hex)0  x", .noDigest(name: "x")), ("g\(hex.dropFirst())  x", .noDigest(name: "x")),
        ("SHA256 (x) = \(hex)", .noDigest(name: "x")), ("<!DOCTYPE html>", .noDigest(name: "x")),
        ("\(hex)  a\n\(hex.replacing("9", with: "8"))  b\n", .several(name: "x")),
        ("\(hex)  a\nnonsense", .several(name: "x")),
    ]

    @Test(arguments: bad)
    func refusesAFileWithoutADigest(text: String, expected: ChecksumFileError) {
        #expect(throws: expected) { try ChecksumFile(parsing: Array(text.utf8), name: "x") }
    }

    @Test func readsAFileAndNamesItInErrors() async throws {
        try await withFolder { folder in
            let path = folder.appending("kldload.iso.sha256")
            try path.write(Array("\(Self.hex)  kldload.iso\n".utf8))
            #expect(try ChecksumFile(reading: path).digest.hex == Self.hex)
            try path.write([])
            #expect(throws: ChecksumFileError.empty(name: path.string)) { try ChecksumFile(reading: path) }
            try path.write([UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20))
            #expect(throws: ChecksumFileError.noDigest(name: path.string)) { try ChecksumFile(reading: path) }
            #expect(throws: Errno.noSuchFileOrDirectory) { try ChecksumFile(reading: folder.appending("no")) }
        }
    }
}
