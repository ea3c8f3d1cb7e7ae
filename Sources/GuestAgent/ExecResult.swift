internal import Foundation

/// How a process in a guest ended, and what it printed.
package struct ExecResult: Sendable, Hashable {
    /// The status it exited with; nil if a signal ended it.
    package let exitCode: Int?
    /// The signal that ended it.
    package let signal: Int?
    /// What it printed on standard output.
    package let standardOutput: [UInt8]
    /// What it printed on standard error.
    package let standardError: [UInt8]
    /// Whether it printed more than the agent keeps, which is 16 MiB of each stream.
    package let isTruncated: Bool

    /// Whether it exited with status 0.
    package var succeeded: Bool { exitCode == 0 }

    /// Standard output as text, without white space at the ends.
    package var text: String {
        String(decoding: standardOutput, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Standard error as text, without white space at the ends.
    package var errorText: String {
        String(decoding: standardError, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// `exit status 3` or `signal 9`
    package var ending: String {
        if let signal { return "signal \(signal)" }
        return "exit status \(exitCode ?? 0)"
    }
}
