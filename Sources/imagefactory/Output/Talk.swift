internal import Foundation
internal import SystemPackage

/// The program's two voices: results on standard output, talk on standard error.
///
/// A reader that went away is no reason to end a build, so a line that nobody can read is dropped.
enum Talk {
    /// Prints a line of the result.
    static func result(_ line: String) {
        _ = try? FileDescriptor.standardOutput.writeAll((line + "\n").utf8)
    }

    /// Prints a line for people.
    static func say(_ line: String) {
        _ = try? FileDescriptor.standardError.writeAll((line + "\n").utf8)
    }

    /// Prints a value as JSON, sorted and over several lines.
    static func result(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        result(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
