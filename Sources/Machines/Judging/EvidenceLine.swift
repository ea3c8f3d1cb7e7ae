internal import Foundation
internal import HostSystem

/// A line of evidence as it may be shown anywhere: on a terminal, in a log, in JSON.
///
/// Much of it was written by a guest, which may be broken or hostile.
enum EvidenceLine {
    /// The most characters of one line that are shown.
    static let limit = 300

    /// The line without control and formatting characters, no longer than ``limit``.
    static func clean(_ line: String) -> String {
        var text = ""
        // What is beyond the limit is not even looked at: a line may be huge.
        for scalar in line.unicodeScalars.prefix(limit * 4) {
            text.unicodeScalars.append(scalar.isShown ? scalar : " ")
        }
        text = text.trimmingCharacters(in: .whitespaces)
        return text.count > limit ? text.prefix(limit) + "…" : text
    }
}
