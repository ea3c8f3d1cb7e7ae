internal import Dispatch
internal import Foundation
internal import Pipeline
internal import Synchronization
internal import SystemPackage

/// Draws the stage list on a terminal and keeps it up to date, at most five times a second.
///
/// A timer's thread draws, so that a stage that waits still shows its time, and a stage that talks much does not slow
/// itself down. The terminal's size is asked for anew each time. The cursor stays visible, below the list, and the
/// terminal's settings are as they were after each frame, so nothing needs to be restored when the process is killed.
///
/// `@unchecked Sendable`: the screen is behind a mutex, and a dispatch source may be cancelled from any thread.
final class TerminalPrinter: EventSink, @unchecked Sendable {
    private struct Screen {
        var list = StageList()
        var live = LiveScreen()
        var last: [String] = []
    }

    private let screen = Mutex(Screen())
    private let timer: any DispatchSourceTimer

    init() {
        timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now(), repeating: .milliseconds(200), leeway: .milliseconds(20))
        timer.setEventHandler { @Sendable [weak self] in self?.draw() }
        timer.resume()
    }

    deinit {
        timer.cancel()
    }

    func receive(_ event: RunEvent) {
        let isFinished = screen.withLock { screen in
            screen.list.apply(event.kind, at: .now)
            return screen.list.isFinished
        }
        guard isFinished else { return }
        timer.cancel()
        draw()
    }

    /// Draws what changed since the last time, if anything did.
    private func draw() {
        let (width, height) = Self.size()
        screen.withLock { screen in
            let lines = screen.list.lines(width: width, height: height, at: .now)
            guard lines != screen.last else { return }
            screen.last = lines
            // A terminal that went away is no reason to end the build.
            _ = try? FileDescriptor.standardError.writeAll(screen.live.frame(lines, width: width).utf8)
        }
    }

    private static func size() -> (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
