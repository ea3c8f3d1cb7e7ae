internal import Foundation
internal import Synchronization
internal import SystemPackage

/// The program's two voices: results on standard output, talk on standard error.
///
/// A reader that went away is no reason to end a build, so a line that nobody can read is dropped.
enum Talk {
    /// A long line may take several writes, between which no other may come.
    private static let turn = Mutex(())
    /// Takes out what must not be said.
    private static let redactions = Mutex<[@Sendable (String) -> String]>([])

    /// Has every text handed through `redact` from now on, also the errors that end the program.
    static func hide(by redact: @escaping @Sendable (String) -> String) {
        redactions.withLock { $0.append(redact) }
    }

    /// Prints a line of the result.
    static func result(_ line: String) {
        write(line, to: .standardOutput)
    }

    /// Prints a line for people.
    static func say(_ line: String) {
        write(line, to: .standardError)
    }

    private static func write(_ line: String, to voice: FileDescriptor) {
        let line = redactions.withLock(\.self).reduce(line) { $1($0) }
        turn.withLock { _ in _ = try? voice.writeAll((line + "\n").utf8) }
    }

    /// Prints a warning for people.
    static func warn(_ text: String) {
        say("warning: \(text)")
    }

    /// Prints a value as JSON, sorted and over several lines.
    static func result(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        result(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
