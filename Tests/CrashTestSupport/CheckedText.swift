import HostSystem
package import SystemPackage

/// Lines of text in a file that shows whether it is whole: it is longer than some blocks of a disk, and ends in a digest
/// of all before.
package struct CheckedText: Sendable, Equatable {
    private static let filler = String(repeating: "this line fills the file ", count: 400)

    /// The lines.
    package let lines: [String]

    /// A text of lines.
    package init(_ lines: [String]) {
        self.lines = lines
    }

    /// Writes it.
    package func write(to path: FilePath) throws {
        let text = ([Self.filler] + lines).joined(separator: "\n") + "\n"
        try path.write((text + Digest.of(text).hex).utf8)
    }

    /// Reads it.
    ///
    /// - Throws: ``DamagedTextError`` if it is not as it was written.
    package static func read(_ path: FilePath) throws -> CheckedText {
        let text = try path.readText()
        guard let end = text.lastIndex(of: "\n"), text[text.index(after: end)...] == Digest.of(String(text[...end])).hex
        else { throw DamagedTextError(path: path) }
        return CheckedText(text[..<end].split(separator: "\n").dropFirst().map(String.init))
    }
}

/// A text that is not whole.
package struct DamagedTextError: Error, CustomStringConvertible {
    /// Where it is.
    package let path: FilePath

    package var description: String { "\(path) is not whole" }
}
