/// A run as it stands now.
package struct RecordedRun: Sendable, Equatable {
    /// How it stands.
    package enum Status: String, Sendable, Codable {
        /// Its process lives.
        case running
        /// Every stage is done.
        case done
        /// A stage failed.
        case failed
        /// Somebody stopped it.
        case interrupted
        /// Its process went away without a word: `kill -9`, power loss.
        case abandoned

        init(_ outcome: RunRecord.Outcome) {
            self =
                switch outcome {
                case .done: .done
                case .failed: .failed
                case .interrupted: .interrupted
                case .abandoned: .abandoned
                }
        }
    }

    /// What is known about it.
    package let summary: RunSummary
    /// How it stands.
    package let status: Status
    /// Its folder; nil once that is removed.
    package let folder: RunPlaces?
}
