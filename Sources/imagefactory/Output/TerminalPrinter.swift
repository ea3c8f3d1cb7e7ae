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
/// Once all runs are over their lines stay where they are; a run that begins later gets lines of its own below.
///
/// `@unchecked Sendable`: the screen is behind a mutex, and a dispatch source may be cancelled from any thread.
final class TerminalPrinter: EventSink, @unchecked Sendable {
    private struct Screen {
        var board: RunBoard
        var live = LiveScreen()
        var last: [String] = []
    }

    private let namesTemplates: Bool
    private let screen: Mutex<Screen>
    private let timer: any DispatchSourceTimer

    /// A printer of one run, or of several that are told apart by their templates.
    init(namesTemplates: Bool) {
        self.namesTemplates = namesTemplates
        screen = Mutex(Screen(board: RunBoard(namesTemplates: namesTemplates)))
        timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now(), repeating: .milliseconds(200), leeway: .milliseconds(20))
        timer.setEventHandler { @Sendable [weak self] in self?.draw() }
        timer.resume()
    }

    deinit {
        timer.cancel()
    }

    func receive(_ event: RunEvent) {
        screen.withLock { screen in
            screen.board.apply(event, at: .now)
            guard screen.board.isFinished else { return }
            Self.draw(&screen)
            screen = Screen(board: RunBoard(namesTemplates: namesTemplates))
        }
    }

    private func draw() {
        screen.withLock { Self.draw(&$0) }
    }

    /// Draws what changed since the last time, if anything did.
    private static func draw(_ screen: inout Screen) {
        let (width, height) = size()
        let lines = screen.board.lines(width: width, height: height, at: .now)
        guard lines != screen.last else { return }
        screen.last = lines
        // A terminal that went away is no reason to end the build.
        _ = try? FileDescriptor.standardError.writeAll(screen.live.frame(lines, width: width).utf8)
    }

    private static func size() -> (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}
