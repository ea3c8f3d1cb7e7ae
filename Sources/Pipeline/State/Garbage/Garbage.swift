/// Something that can go, or that went.
package struct Garbage: Sendable, Codable, Hashable {
    /// What it is.
    package enum Kind: String, Sendable, Codable {
        /// A finished result of a stage.
        case result
        /// The record of a repetition whose result is gone.
        case renewal
        /// The folder of a run.
        case run
        /// The lock of a result that there is not.
        case lock
        /// A result that a dead run had begun.
        case unfinishedResult = "unfinished-result"
        /// A release that a dead run had begun.
        case unfinishedRelease = "unfinished-release"
        /// A machine that a dead run left running.
        case machine
        /// A program that a dead process left running.
        case program
        /// A dead run's folder of sockets.
        case runtimeFolder = "runtime-folder"
        /// A file or folder for the time of its maker's work only.
        case temporary
    }

    /// What it is.
    package let kind: Kind
    /// Which one: a key, a run's id, a path, or a process.
    package let name: String
    /// The room that it takes on the disk.
    package let bytes: Int64
    /// Why it is of no use any more.
    package let reason: String

    /// Something that takes `bytes` bytes, and is of no use for `reason`.
    package init(_ kind: Kind, _ name: String, bytes: Int64 = 0, reason: String) {
        self.kind = kind
        self.name = name
        self.bytes = bytes
        self.reason = reason
    }
}
