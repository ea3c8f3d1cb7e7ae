/// What became of a fleet in a pass.
package struct FleetResult: Sendable, Hashable, Encodable {
    /// How it went.
    package enum Outcome: Sendable, Hashable {
        /// It was what it is to be.
        case unchanged
        /// It was brought there.
        case changed
        /// It is not what it is to be, and nothing was changed.
        case planned
        /// Its machines went back from this edition before, and it is not tried again.
        case heldBack
        /// Something went wrong.
        case failed(String)
    }

    /// The fleet.
    package let fleet: String
    /// Its host.
    package let host: String
    /// The version that it is to run; nil where that could not be told.
    package let version: String?
    /// How many machines it is to have.
    package let wanted: Int
    /// How many of them are healthy, after what was done; nil where that could not be told.
    package internal(set) var ready: Int?
    /// How it went.
    package internal(set) var outcome: Outcome
    /// What somebody had changed by hand, and in a pass that changes nothing what is to be done.
    package internal(set) var details: [String] = []
    /// How many machines somebody had stopped, changed or removed.
    package internal(set) var repairs = 0
    /// What it is and what it is to be, as lines of a diff.
    package internal(set) var difference: [String] = []

    /// What became of the fleet of a file.
    package init(_ file: FleetFile, _ outcome: Outcome, version: String? = nil) {
        fleet = file.order.name
        host = file.host
        wanted = file.order.count
        self.version = version
        self.outcome = outcome
    }

    /// Whether it is not what it is to be, though that was tried.
    package var isBad: Bool {
        switch outcome {
        case .failed, .heldBack: true
        case .unchanged, .changed, .planned: false
        }
    }

    /// The outcome in one word.
    package var word: String {
        switch outcome {
        case .unchanged: "unchanged"
        case .changed: "changed"
        case .planned: "planned"
        case .heldBack: "held-back"
        case .failed: "failed"
        }
    }

    /// Why it failed; nil if it did not.
    package var reason: String? {
        guard case .failed(let reason) = outcome else { return nil }
        return reason
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(fleet, forKey: .fleet)
        try fields.encode(host, forKey: .host)
        try fields.encodeIfPresent(version, forKey: .version)
        try fields.encode(word, forKey: .outcome)
        try fields.encodeIfPresent(reason, forKey: .reason)
        try fields.encode(wanted, forKey: .wanted)
        try fields.encodeIfPresent(ready, forKey: .ready)
        try fields.encode(details, forKey: .details)
        try fields.encode(difference, forKey: .difference)
    }

    private enum CodingKeys: String, CodingKey {
        case fleet, host, version, outcome, reason, wanted, ready, details, difference
    }
}
