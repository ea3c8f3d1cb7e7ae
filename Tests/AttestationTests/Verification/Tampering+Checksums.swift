import Attestation
import AttestationTestSupport
import HostSystem

extension Tampering {
    /// A list of checksums that its signer wrote in a way that two programs could read in two ways, or that says too little
    /// or too much.
    static let checksums: [Tampering] =
        forms.map { name, change in
            Tampering(name, .checksumForm, "SHA256SUMS") { try $0.relist(change) }
        } + [
            Tampering("checksums that are no UTF-8", .checksumForm, "SHA256SUMS") {
                try $0.edit("SHA256SUMS") { $0[70] = 0xFF }
                try $0.signChecksums()
            },
            Tampering("checksums that leave a file out", .unlisted, "tests.junit.xml") {
                try $0.relist { $0.lines { $0.filter { !$0.hasSuffix("  tests.junit.xml") } } }
            },
            Tampering("checksums that leave the manifest out", .missing, "manifest.json") {
                try $0.relist { $0.lines { $0.filter { !$0.hasSuffix("  manifest.json") } } }
            },
            Tampering("checksums of a file that is not there", .missing, "more.txt") {
                try $0.relist { $0 + "\(Digest.of("more").hex)  more.txt\n" }
            },
            Tampering("checksums with a space behind a name", .missing, "tests.junit.xml ") {
                try $0.relist { $0.replacing("tests.junit.xml\n", with: "tests.junit.xml \n") }
            },
            Tampering("checksums of other bytes", .digest, "tests.junit.xml") {
                try $0.edit("tests.junit.xml") { $0[0] ^= 1 }
                try $0.seal()
                try $0.edit("tests.junit.xml") { $0[0] ^= 1 }
            },
            Tampering("new checksums with the old signature", .signature, "SHA256SUMS.sig") {
                let signature = try $0.bytes("SHA256SUMS.sig")
                try $0.edit("changes.txt") { $0[0] ^= 1 }
                try $0.seal()
                try $0.write("SHA256SUMS.sig", signature)
            },
        ]

    private static let digest = Digest.of("x").hex

    private static let forms: [(String, @Sendable (String) -> String)] = [
        ("empty checksums", { _ in "" }),
        ("checksums of a line's end", { _ in "\n" }),
        ("checksums in upper case", { $0.lines { $0.map { $0.prefix(64).uppercased() + $0.dropFirst(64) } } }),
        ("checksums with a star", { $0.lines { $0.map { $0.replacing("  ", with: " *") } } }),
        ("checksums with one space", { $0.lines { $0.map { $0.replacing("  ", with: " ") } } }),
        ("checksums with a tab", { $0.lines { $0.map { $0.replacing("  ", with: "\t") } } }),
        ("checksums with CR LF", { $0.replacing("\n", with: "\r\n") }),
        ("checksums without the last line's end", { String($0.dropLast()) }),
        ("checksums with an empty line", { "\n" + $0 }),
        ("checksums with a line twice", { $0 + ($0.split(separator: "\n").last ?? "") + "\n" }),
        ("checksums with two digests for a file", { $0 + "\(digest)  tests.junit.xml\n" }),
        ("checksums with an escaped name", { $0 + "\\\(digest)  a\\nb\n" }),
        ("checksums with a backslash", { $0 + "\(digest)  a\\b\n" }),
        ("checksums with a path upwards", { $0 + "\(digest)  ../outside\n" }),
        ("checksums with an absolute path", { $0 + "\(digest)  /etc/passwd\n" }),
        ("checksums with a path downwards", { $0 + "\(digest)  logs/seal.log\n" }),
        ("checksums with a path to itself", { $0.replacing("  tests.junit.xml", with: "  ./tests.junit.xml") }),
        ("checksums with the folder", { $0 + "\(digest)  .\n" }),
        ("checksums without a name", { $0 + "\(digest)  \n" }),
        ("checksums with themselves", { $0 + "\(digest)  SHA256SUMS\n" }),
        ("checksums with their signature", { $0 + "\(digest)  SHA256SUMS.sig\n" }),
        ("checksums with the logs", { $0 + "\(digest)  logs\n" }),
        ("checksums with a NUL", { $0.replacing("tests.junit.xml", with: "tests\0.xml") }),
        ("checksums with a remark", { "# by hand\n" + $0 }),
        ("checksums of BSD", { $0 + "SHA256 (x) = \(digest)\n" }),
        ("checksums with a longer digest", { $0 + "\(digest)\(digest)  x\n" }),
        ("checksums with a shorter digest", { $0 + "\(digest.dropLast())  x\n" }),
        ("checksums with a letter of another script", { $0 + "\(digest)  tests.\u{445}ml\n" }),
        ("checksums with more lines than files", { $0 + (0..<300).map { "\(digest)  more-\($0)\n" }.joined() }),
        ("checksums with a mark at their beginning", { "\u{FEFF}" + $0 }),
    ]
}

extension String {
    /// The text with its lines changed, each ended as before.
    fileprivate func lines(_ change: ([String]) -> [String]) -> String {
        change(split(separator: "\n").map(String.init)).map { $0 + "\n" }.joined()
    }
}
