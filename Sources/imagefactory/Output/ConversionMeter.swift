internal import DiskImages
internal import Foundation
internal import HostSystem
internal import Synchronization
internal import SystemPackage

/// Shows how far a conversion is: on a terminal in one line that is drawn anew, elsewhere in a line every ten seconds.
final class ConversionMeter: Sendable {
    private let start = ContinuousClock.now
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

    /// Shows a state, if it is time to.
    func show(_ progress: ConversionProgress) {
        let now = ContinuousClock.now
        let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
        let isDue = lastShown.withLock { last in
            guard now - (last ?? (isTerminal ? start - pause : start)) >= pause else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let line = Self.line(progress, after: now - start)
        if isTerminal {
            _ = try? FileDescriptor.standardError.writeAll("\r\u{1B}[K\(line)".utf8)
        } else {
            Talk.say(line)
        }
    }

    /// Clears the terminal's line.
    func end() {
        guard isTerminal, lastShown.withLock({ $0 != nil }) else { return }
        _ = try? FileDescriptor.standardError.writeAll("\r\u{1B}[K".utf8)
    }

    /// `3.1 GiB of 8 GiB, 1.2 GiB/s, 4 s left`
    static func line(_ progress: ConversionProgress, after time: Duration) -> String {
        let state = "\(ByteCount(progress.done)) of \(ByteCount(progress.total))"
        guard progress.stage == .converting else { return "verifying: \(state)" }
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        guard progress.done > 0, seconds > 0.5 else { return state }
        let rate = Double(progress.done) / seconds
        let left = Int((Double(progress.total - progress.done) / rate).rounded(.up))
        return "\(state), \(ByteCount(Int64(rate)))/s, \(left) s left"
    }
}
