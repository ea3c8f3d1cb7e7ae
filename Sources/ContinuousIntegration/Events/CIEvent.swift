package import Promotion

/// Why a job runs, as its forge tells it. All of it is the forge's word, and its names were chosen by whoever pushed.
package struct CIEvent: Sendable, Equatable {
    /// What somebody did.
    package enum Cause: Sendable, Equatable {
        /// A tag was pushed; its name is without `refs/tags/`.
        case tag(String, TagChange)
        /// A branch was pushed.
        case branch(String)
        /// A pull request, or merge request, was opened or changed.
        case pullRequest(fromFork: Bool)
        /// Somebody asked for a build of a template at a version, by hand or over the forge's API.
        case dispatch(template: String, version: String)
        /// Something else, by the forge's own name for it.
        case other(String)
    }

    /// What somebody did.
    package let cause: Cause
    /// The commit, or the tag object, that the forge runs the job for; nil where it names none.
    package let commit: ObjectID?
    /// How often the job ran for this event, from 1; a forge that does not count says 1.
    package let attempt: Int

    /// An event.
    package init(_ cause: Cause, commit: ObjectID?, attempt: Int = 1) {
        self.cause = cause
        self.commit = commit
        self.attempt = attempt
    }
}

/// What a push did to a tag.
package enum TagChange: Sendable, Equatable {
    /// It is new.
    case created
    /// It pointed to another object before.
    case moved(from: ObjectID)
    /// It is gone.
    case deleted

    /// The change from one object to another, where an id of zeros, or none, stands for nothing.
    init(from old: ObjectID?, to new: ObjectID?) {
        if new.map(\.isZero) ?? true {
            self = .deleted
        } else if let old, !old.isZero, old != new {
            self = .moved(from: old)
        } else {
            self = .created
        }
    }
}

extension ObjectID {
    /// Whether it is the id that git writes where there is no object.
    var isZero: Bool { hex.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }
}
