import Foundation
import Testing

@testable import Stages

struct HostClockTests {
    /// 2026-06-01T12:00:00Z.
    private let now = Date(timeIntervalSince1970: 1_780_315_200)

    @Test func believesAClockThatNothingContradicts() {
        #expect(HostClock.contradiction(of: now, by: []) == nil)
        #expect(HostClock.contradiction(of: now, by: ["2026-06-01T11:59:59.000Z"]) == nil)
    }

    @Test func allowsForAClockThatWasPutRight() {
        #expect(HostClock.contradiction(of: now, by: ["2026-06-01T12:01:30.000Z"]) == nil)
    }

    @Test func noticesAClockThatStandsBeforeAnEarlierRun() {
        let times = ["2026-06-01T12:03:00.000Z", "2026-05-01T00:00:00.000Z"]
        #expect(HostClock.contradiction(of: now, by: times) == "2026-06-01T12:03:00.000Z")
    }

    @Test(arguments: [0, 1_000_000_000, 1_700_000_000] as [TimeInterval])
    func noticesAClockThatWasNeverSet(seconds: TimeInterval) {
        #expect(HostClock.contradiction(of: Date(timeIntervalSince1970: seconds), by: []) != nil)
    }
}
