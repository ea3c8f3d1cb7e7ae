internal import HostSystem

/// The `.mf` file of an appliance: a digest for each other file.
///
/// ```text
/// SHA256(NAME.ovf)= 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
/// SHA256(NAME.vmdk)= …
/// ```
///
/// DSP0243, section "OVF package". This is the form that VMware writes and takes; VirtualBox writes blanks around the brackets.
struct OVAManifest {
    /// The files and their digests, in the manifest's order.
    let entries: [(name: String, digest: Digest)]

    /// The manifest's text.
    var text: String {
        entries.map { "SHA256(\($0.name))= \($0.digest.hex)\n" }.joined()
    }

    init(entries: [(name: String, digest: Digest)]) {
        self.entries = entries
    }

    /// Reads a manifest.
    init(of file: FileRegion, _ bytes: [UInt8]) throws {
        var entries: [(name: String, digest: Digest)] = []
        var offset = Int64(0)
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = String(decoding: line, as: UTF8.self).filter { $0 != "\r" && $0 != "\r\n" }
            if !text.allSatisfy({ $0 == " " }) { entries.append(try Self.entry(text, of: file, at: offset)) }
            offset += Int64(line.count) + 1
        }
        self.entries = entries
    }

    private static func entry(
        _ line: String, of file: FileRegion, at offset: Int64
    ) throws -> (name: String, digest: Digest) {
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close,
            let equals = line[close...].firstIndex(of: "=")
        else { throw file.error(.corrupt, at: offset, "\(line.printable) is no line of a manifest") }
        let method = line[..<open].filter { $0 != " " }
        guard method == "SHA256" else {
            throw file.error(.unsupported, at: offset, "a digest by \(method.printable); SHA256 is checked")
        }
        let name = String(line[line.index(after: open)..<close])
        guard let digest = Digest(hex: line[line.index(after: equals)...].filter { $0 != " " }) else {
            throw file.error(.corrupt, at: offset, "the digest of \(name.printable) is not 64 hexadecimal digits")
        }
        return (name, digest)
    }
}
