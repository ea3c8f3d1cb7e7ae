/// One thing that a seal removes or resets.
///
/// The operations of one moment are done side by side: none may look at what another one changes.
package struct SealOperation: Sendable, Encodable {
    /// When an operation is done.
    package enum Moment: String, Sendable, Codable {
        /// While the system runs.
        case running
        /// At the end of its shutdown, when nothing can create the thing again.
        case shutdown
    }

    /// Where an operation can be done.
    package enum Place: String, Sendable, Codable {
        /// In a guest, and on a disk that no machine uses.
        case anywhere
        /// In a guest alone: it needs the running kernel or the machine's firmware.
        case guest
        /// On a disk that no machine uses alone.
        case disk
    }

    /// Its name, as templates keep or add it: `ssh-host-keys`.
    package let name: String
    /// The smallest profile that has it; nil for one that is done only where a template adds it.
    package let profile: SealProfile?
    /// When it is done.
    package let moment: Moment
    /// Where it can be done.
    package let place: Place
    /// What it removes or resets, as a line for people.
    package let summary: String
    /// Why that must not be in an image.
    package let reason: String
    /// POSIX shell in the words of `seal-words.sh`, as the body of a function.
    ///
    /// It works in a guest and in a chroot over a disk alike. What it prints is what it did, a line each; it prints nothing
    /// where there is nothing to do, so that doing it again changes nothing. Every command that fails fails the seal.
    package let script: String

    init(
        name: String, profile: SealProfile?, moment: Moment, place: Place = .anywhere, summary: String, reason: String,
        script: String
    ) {
        self.name = name
        self.profile = profile
        self.moment = moment
        self.place = place
        self.summary = summary
        self.reason = reason
        self.script = script
    }

    /// Whether it can be done in `place`, which is not `anywhere`.
    func applies(to place: Place) -> Bool {
        self.place == .anywhere || self.place == place
    }
}
