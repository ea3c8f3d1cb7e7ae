internal import DiskImages
internal import Foundation
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
        let line = progress.line(after: now - start)
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
}
