internal import Foundation
internal import HostSystem
internal import SystemPackage

/// A log file that is printed line by line, as it grows.
struct LogSource {
    private static let block: ByteCount = .mebibytes(1)
    private static let isTerminal = isatty(STDOUT_FILENO) == 1

    private let path: FilePath
    private let text: (String) -> String?
    private var offset: Int64 = 0
    private var rest: [UInt8] = []

    /// The file at `path`, which may come later; `text` says how each line is printed, or that it is not.
    init(_ path: FilePath, text: @escaping (String) -> String? = { $0 }) {
        self.path = path
        self.text = text
    }

    /// Prints the lines that have come since the last time.
    mutating func print() throws {
        while case let bytes = try read(), !bytes.isEmpty {
            var lines = (rest + bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest = Array(lines.removeLast())
            for line in lines { Self.show(text(String(decoding: line, as: UTF8.self))) }
            if rest.count > Self.block.bytes { printRest() }
        }
    }

    /// Prints the last line, if it has no end.
    mutating func printRest() {
        guard !rest.isEmpty else { return }
        Self.show(text(String(decoding: rest, as: UTF8.self)))
        rest = []
    }

    private mutating func read() throws -> [UInt8] {
        guard path.exists else { return [] }
        let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        return try file.closeAfter {
            var bytes = [UInt8](repeating: 0, count: Int(Self.block.bytes))
            let count = try bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) }
            offset += Int64(count)
            return Array(bytes[..<count])
        }
    }

    /// What comes from a guest must not move a terminal's cursor; into a pipe it goes as it is.
    private static func show(_ line: String?) {
        guard let line else { return }
        Talk.result(isTerminal ? TerminalText.plain(line) : line)
    }
}
