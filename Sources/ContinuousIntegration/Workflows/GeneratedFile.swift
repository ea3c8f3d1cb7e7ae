internal import Foundation
internal import HostSystem
package import SystemPackage

/// A file that the factory writes into a repository, and knows again.
///
/// Its second line, or its third after a `#!`, holds the digest of all that follows:
///
/// ```
/// # Made by 'imagefactory ci generate github'. Make it again rather than edit it.
/// # imagefactory sha256:1f0c…
/// ```
package struct GeneratedFile: Sendable, Equatable {
    /// What is found where the file belongs.
    package enum State: Sendable, Equatable {
        /// Nothing.
        case missing
        /// The file as it would be written now.
        case current
        /// The file as another version, or other options, wrote it.
        case outdated
        /// A file that was edited after it was written.
        case edited
        /// A file that the factory did not write.
        case foreign
    }

    /// Where it belongs, relative to the repository.
    package let path: FilePath
    /// What it says.
    package let text: String
    /// Whether it is a program.
    package let isProgram: Bool

    private static let mark = "# imagefactory sha256:"
    private static let longest = ByteCount.mebibytes(1)

    /// A file with a `body`.
    ///
    /// - Parameter command: The arguments that write it, for people who find it.
    package init(_ path: FilePath, body: String, command: String) {
        self.path = path
        let isProgram = body.hasPrefix("#!")
        self.isProgram = isProgram
        let firstLine = isProgram ? body.prefix { $0 != "\n" } + "\n" : ""
        let rest = String(body.dropFirst(firstLine.count))
        text =
            "\(firstLine)# Made by 'imagefactory \(command)'. Make it again rather than edit it.\n"
            + "\(Self.mark)\(Digest.of(rest).hex)\n\(rest)"
    }

    /// The same file at another place.
    package func at(_ path: FilePath) -> GeneratedFile {
        GeneratedFile(path: path, text: text, isProgram: isProgram)
    }

    private init(path: FilePath, text: String, isProgram: Bool) {
        self.path = path
        self.text = text
        self.isProgram = isProgram
    }

    /// What is found in a repository's folder where the file belongs.
    package func state(in root: FilePath) throws -> State {
        let place = root.pushing(path)
        guard place.exists else { return .missing }
        let found = String(decoding: try place.readBytes(limit: Self.longest), as: UTF8.self)
        if found == text { return .current }
        guard let digest = Self.digest(in: found) else { return .foreign }
        return digest.noted == digest.actual ? .outdated : .edited
    }

    /// Writes it into a repository's folder.
    package func write(in root: FilePath) throws {
        let place = root.pushing(path)
        try place.removingLastComponent().createFolder()
        try place.writeAtomically(text.utf8, mode: isProgram ? .publicFolder : .publicFile)
    }

    /// The digest that a file notes, and that of what follows the note; nil for a file without one.
    private static func digest(in text: String) -> (noted: String, actual: String)? {
        let lines = text.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
        guard let index = lines.prefix(3).firstIndex(where: { $0.hasPrefix(mark) }) else { return nil }
        let rest = lines[(index + 1)...].joined(separator: "\n")
        return (String(lines[index].dropFirst(mark.count)), Digest.of(rest).hex)
    }
}
