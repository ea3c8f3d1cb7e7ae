package import Foundation
package import Pipeline

/// Whether this host's clock can be right.
///
/// Guests take their time from it, and certificates, package lists and the records of runs go by it: a host that has lost its
/// time fails late, and for reasons that do not name the clock.
package enum HostClock {
    /// Clocks are put right by steps; so much backwards is no sign of a wrong one.
    private static let tolerance: TimeInterval = 120
    /// No host has run this program before.
    private static let beginning = "2026-01-01T00:00:00.000Z"

    /// The latest time that has been, by the records of the runs in `state`, if it lies clearly after `now`; nil if the
    /// clock can be right.
    package static func contradiction(of now: Date, in state: StateFolder) -> String? {
        contradiction(of: now, by: RunFolder.records(in: state).map { $0.ended ?? $0.started })
    }

    /// The latest of `times`, RFC 3339, and of the program itself, if it lies clearly after `now`.
    static func contradiction(of now: Date, by times: [String]) -> String? {
        let seen = max(times.max() ?? beginning, beginning)
        return UTCStamp.full(now.addingTimeInterval(tolerance)) < seen ? seen : nil
    }
}
