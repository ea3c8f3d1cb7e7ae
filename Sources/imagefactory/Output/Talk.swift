internal import Foundation
internal import Synchronization
internal import SystemPackage

/// The program's two voices: results on standard output, talk on standard error.
///
/// A reader that went away is no reason to end a build, so a line that nobody can read is dropped.
enum Talk {
    /// A long line may take several writes, between which no other may come.
    private static let turn = Mutex(())

    /// Prints a line of the result.
    static func result(_ line: String) {
        turn.withLock { _ in _ = try? FileDescriptor.standardOutput.writeAll((line + "\n").utf8) }
    }

    /// Prints a line for people.
    static func say(_ line: String) {
        turn.withLock { _ in _ = try? FileDescriptor.standardError.writeAll((line + "\n").utf8) }
    }

    /// Prints a warning for people.
    static func warn(_ text: String) {
        say("warning: \(text)")
    }

    /// Prints a value as JSON, sorted and over several lines.
    static func result(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        result(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
