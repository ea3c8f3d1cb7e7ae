/// What is on record about a run, in its `run.json`.
package struct RunRecord: Sendable, Codable, Equatable {
    /// Something outside the run's folder that must be removed when the run is over.
    package struct Resource: Sendable, Codable, Hashable {
        /// What it is: `runtime-folder`, `domain`; whoever noted it knows how to remove it.
        package let kind: String
        /// Which one.
        package let name: String

        /// A resource.
        package init(kind: String, name: String) {
            self.kind = kind
            self.name = name
        }
    }

    /// How a run ended.
    package enum Outcome: String, Sendable, Codable {
        /// Every stage is done.
        case done
        /// A stage failed.
        case failed
        /// Somebody stopped it.
        case interrupted
        /// Its process went away, and a later run cleaned up.
        case abandoned
    }

    /// The run's id.
    package let id: String
    /// The template that it builds.
    package let template: String
    /// The factory's version.
    package let version: String
    /// The process.
    package let process: Int32
    /// When it began, RFC 3339.
    package let started: String
    /// What must be removed when it is over.
    package internal(set) var resources: [Resource] = []
    /// The keys of the results that it uses, which nobody may remove meanwhile.
    package internal(set) var keys: [StageKey] = []
    /// How it ended; nil while it runs, and for a run whose process went away.
    package internal(set) var outcome: Outcome?
    /// When it ended, RFC 3339.
    package internal(set) var ended: String?
}
