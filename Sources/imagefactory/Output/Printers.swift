internal import Foundation
internal import Pipeline

/// The printers of a run's events.
enum Printers {
    /// The printer for a format; on a terminal, text is a live list.
    static func make(_ format: OutputFormat) -> any EventSink {
        switch format {
        case .json: JSONPrinter()
        case .text: isLive ? TerminalPrinter() : PlainPrinter()
        }
    }

    /// Whether talk goes to a terminal whose cursor can be moved.
    private static var isLive: Bool {
        let kind = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
        return isatty(STDERR_FILENO) == 1 && kind != "dumb"
    }
}
