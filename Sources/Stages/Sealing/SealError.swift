/// A seal operation that failed.
package struct SealError: Error, CustomStringConvertible {
    /// The operation's name.
    package let operation: String
    /// What it printed, or what shows that it failed.
    package let output: [String]

    /// Which operation failed.
    package var title: String { "the seal's operation '\(operation)' failed; the disk is not sealed" }

    package var description: String {
        ([title] + output.map { "  > \($0)" }).joined(separator: "\n")
    }
}
