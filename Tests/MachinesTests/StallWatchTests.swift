import Foundation
import HostSystem
import Libvirt
import Testing

@testable import Machines

struct StallWatchTests {
    /// What the counters of a guest grew by, and whether that is work.
    struct Growth: Sendable {
        let read: Int64
        let written: Int64
        let processor: Duration
        let seconds: Int
        let isWork: Bool
    }

    private let start = ContinuousClock().now

    @Test func callsStillnessBeyondItsLimitAStall() {
        let watch = StallWatch(limit: .seconds(10), from: start, date: Date(timeIntervalSince1970: 1_790_000_000))
        #expect(watch.stall(at: start + .seconds(10)) == nil)
        #expect(
            watch.stall(at: start + .milliseconds(11_500)) == [
                "nothing has moved for 11 s, since 2026-09-21T14:13:20Z",
                "last seen at 2026-09-21T14:13:20Z: the machine's start",
            ])
    }

    @Test func countsFromTheLastSignOfLife() {
        var watch = StallWatch(limit: .seconds(10), from: start, date: Date(timeIntervalSince1970: 1_790_000_000))
        watch.note("a line", at: start + .seconds(8))
        #expect(watch.stillness(at: start + .seconds(12)) == .seconds(4))
        #expect(watch.stall(at: start + .seconds(18)) == nil)
        #expect(watch.stall(at: start + .seconds(19))?.last == "last seen at 2026-09-21T14:13:28Z: a line")
    }

    @Test func tellsWorkThatNobodySawFromWhatWasSeenLast() {
        var watch = StallWatch(limit: .seconds(10), from: start, date: Date(timeIntervalSince1970: 1_790_000_000))
        watch.note("a line", at: start + .seconds(1))
        watch.note(counters(read: 0, written: 0, processor: .zero), at: start + .seconds(2))
        watch.note(counters(read: 1 << 30, written: 0, processor: .zero), at: start + .seconds(3))
        #expect(
            watch.stall(at: start + .seconds(20)) == [
                "nothing has moved for 17 s, since 2026-09-21T14:13:23Z",
                "last seen at 2026-09-21T14:13:21Z: a line",
            ])
    }

    @Test(arguments: [
        Growth(read: 0, written: 0, processor: .zero, seconds: 1, isWork: false),
        Growth(read: 4096, written: 8192, processor: .milliseconds(150), seconds: 1, isWork: false),
        Growth(read: 1300 << 10, written: 0, processor: .zero, seconds: 1, isWork: true),
        Growth(read: 0, written: 1300 << 10, processor: .zero, seconds: 1, isWork: true),
        Growth(read: 700 << 10, written: 600 << 10, processor: .zero, seconds: 5, isWork: true),
        Growth(read: 1200 << 10, written: 0, processor: .zero, seconds: 1, isWork: false),
        Growth(read: 1300 << 10, written: 0, processor: .zero, seconds: 6, isWork: false),
        Growth(read: 0, written: 0, processor: .milliseconds(900), seconds: 1, isWork: false),
        Growth(read: 0, written: 0, processor: .milliseconds(2100), seconds: 3, isWork: true),
        Growth(read: 0, written: 0, processor: .milliseconds(1900), seconds: 5, isWork: false),
        Growth(read: 0, written: 0, processor: .milliseconds(4100), seconds: 10, isWork: true),
        Growth(read: 0, written: 0, processor: .milliseconds(3900), seconds: 10, isWork: false),
    ])
    func tellsWorkFromIdlingByTheRate(of growth: Growth) {
        var watch = StallWatch(limit: .seconds(60), from: start)
        let then = start + .seconds(5)
        watch.note(counters(read: 1 << 30, written: 1 << 30, processor: .seconds(100)), at: then)
        let now = then + .seconds(growth.seconds)
        watch.note(
            counters(
                read: 1 << 30 + growth.read, written: 1 << 30 + growth.written,
                processor: .seconds(100) + growth.processor), at: now)
        #expect(watch.stillness(at: now) == (growth.isWork ? .zero : .seconds(5 + growth.seconds)))
    }

    @Test func aGuestThatWaitsForAProcessorIsNotStill() {
        var watch = StallWatch(limit: .seconds(60), from: start)
        var before = counters(read: 0, written: 0, processor: .seconds(1))
        before.waitingTime = .seconds(5)
        watch.note(before, at: start)
        var after = counters(read: 0, written: 0, processor: .milliseconds(1100))
        after.waitingTime = .seconds(7)
        watch.note(after, at: start + .seconds(4))
        #expect(watch.stillness(at: start + .seconds(4)) == .zero)
    }

    @Test func takesTheFirstCountersForNoSignOfLife() {
        var watch = StallWatch(limit: .seconds(60), from: start)
        watch.note(counters(read: 1 << 40, written: 1 << 40, processor: .seconds(1000)), at: start + .seconds(3))
        #expect(watch.stillness(at: start + .seconds(3)) == .seconds(3))
    }

    @Test func measuresFromTheCountersBeforeAndNotFromTheFirst() {
        var watch = StallWatch(limit: .seconds(60), from: start)
        watch.note(counters(read: 0, written: 0, processor: .zero), at: start)
        watch.note(counters(read: 1 << 30, written: 0, processor: .zero), at: start + .seconds(1))
        watch.note(counters(read: 1 << 30, written: 0, processor: .zero), at: start + .seconds(2))
        #expect(watch.stillness(at: start + .seconds(2)) == .seconds(1))
    }

    private func counters(read: Int64, written: Int64, processor: Duration) -> DomainCounters {
        DomainCounters(processorTime: processor, bytesRead: ByteCount(read), bytesWritten: ByteCount(written))
    }
}

extension StallWatchTests {
    /// Most of a second of processor time every five seconds, as it takes to look whether a script lives.
    @Test func doesNotTakeLooksAtAScriptForWork() {
        let start = ContinuousClock().now
        var watch = StallWatch(limit: .seconds(30), from: start)
        var used = Duration.zero
        for second in 1...40 {
            used += second % 5 == 0 ? .milliseconds(900) : .milliseconds(150)
            watch.note(
                DomainCounters(processorTime: used, bytesRead: ByteCount(0), bytesWritten: ByteCount(0)),
                at: start + .seconds(second))
        }
        #expect(watch.stall(at: start + .seconds(40)) != nil)
    }

    /// As much as the kernel still held of the files that it writes, at once.
    @Test func doesNotTakeALateWriteBackForWork() {
        let start = ContinuousClock().now
        var watch = StallWatch(limit: .seconds(30), from: start)
        for second in 1...40 {
            watch.note(
                DomainCounters(
                    processorTime: .zero, bytesRead: ByteCount(0),
                    bytesWritten: ByteCount(second < 29 ? 0 : 1020 << 10)),
                at: start + .seconds(second))
        }
        #expect(watch.stall(at: start + .seconds(40)) != nil)
    }

    @Test func seesWorkThatIsInterruptedByQuestionsAllTheTime() {
        let start = ContinuousClock().now
        var watch = StallWatch(limit: .seconds(30), from: start)
        var used = Duration.zero
        for second in stride(from: 1, through: 60, by: 3) {
            let now = start + .seconds(second)
            used += .milliseconds(900)
            watch.rebase(
                DomainCounters(processorTime: used, bytesRead: ByteCount(0), bytesWritten: ByteCount(0)), at: now)
            used += .milliseconds(700)
            watch.note(
                DomainCounters(processorTime: used, bytesRead: ByteCount(0), bytesWritten: ByteCount(0)),
                at: now + .seconds(1))
            #expect(watch.stillness(at: now + .seconds(1)) < .seconds(15))
        }
    }

    @Test func doesNotTakeItsOwnQuestionsForWork() {
        let start = ContinuousClock().now
        var watch = StallWatch(limit: .seconds(30), from: start)
        func counters(_ seconds: Double) -> DomainCounters {
            DomainCounters(
                processorTime: .milliseconds(Int64(seconds * 1000)), bytesRead: ByteCount(0), bytesWritten: ByteCount(0)
            )
        }
        var used = 0.0
        for second in 1...40 {
            let now = start + .seconds(second)
            watch.note(counters(used), at: now)
            // An answer that costs the guest most of a second of processor time.
            used += 0.9
            watch.rebase(counters(used), at: now + .milliseconds(300))
        }
        #expect(watch.stall(at: start + .seconds(40)) != nil)
    }
}
