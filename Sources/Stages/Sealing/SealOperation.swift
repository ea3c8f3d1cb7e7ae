/// One thing that a seal removes or resets.
package struct SealOperation: Sendable, Encodable {
    /// When an operation is done.
    package enum Moment: String, Sendable, Encodable {
        /// While the system runs.
        case running
        /// At the end of its shutdown, when nothing can create the thing again.
        case shutdown
    }

    /// Its name, as templates keep or add it: `ssh-host-keys`.
    package let name: String
    /// What it is for, as a line for people.
    package let summary: String
    /// When it is done.
    package let moment: Moment
    /// POSIX shell that does it, and does nothing where there is nothing to do; a status other than 0 fails the seal.
    let script: String

    init(_ name: String, _ summary: String, _ moment: Moment, _ script: String) {
        self.name = name
        self.summary = summary
        self.moment = moment
        self.script = script
    }
}
