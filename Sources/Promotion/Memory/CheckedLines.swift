internal import HostSystem
internal import SystemPackage

/// A file of lines under a title, with the digest of all of it as the last line.
///
/// Nothing in it is needed: a file that was damaged, or has another title, counts as none.
struct CheckedLines: Sendable {
    /// The file.
    let path: FilePath
    /// The first line, which says what the others are.
    let title: String

    /// The most bytes of a file; a larger one counts as none, and none is written.
    private static let limit = ByteCount.mebibytes(32)

    /// The lines; nil if there is no good file.
    func read() -> [Substring]? {
        guard let bytes = try? path.readBytes(limit: Self.limit), let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        var lines = text.split(separator: "\n")
        guard let digest = lines.popLast(), lines.first == title[...] else { return nil }
        let body = bytes.prefix(bytes.count - digest.utf8.count - 1)
        guard Digest.of(body).description == digest else { return nil }
        return Array(lines.dropFirst())
    }

    /// Writes the lines, none of which may be empty or hold a newline; readers see the old file or the new one.
    func write(_ lines: some Sequence<String>) throws {
        var body = title + "\n"
        for line in lines { body += line + "\n" }
        guard body.utf8.count < Self.limit.bytes else { return }
        try path.removingLastComponent().createFolder(mode: .privateFolder)
        try path.writeAtomically("\(body)\(Digest.of(body))\n".utf8, mode: .privateFile)
    }
}
