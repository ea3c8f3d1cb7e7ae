/// How a command in a guest ended.
package struct GuestCommandEnd: Sendable, CustomStringConvertible {
    /// Its exit code; nil for one that a signal ended.
    package let code: Int?
    /// The end of what it printed.
    package let output: String

    package var description: String {
        "ended with \(code.map { "\($0)" } ?? "a signal")" + (output.isEmpty ? "" : ": \(output)")
    }
}
