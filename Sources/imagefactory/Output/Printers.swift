internal import Foundation
internal import Pipeline

/// The printers of runs' events.
enum Printers {
    /// The printer for a format; on a terminal, text is a live list.
    ///
    /// - Parameter namesTemplates: Whether there are several runs, which people tell apart by their templates.
    static func make(_ format: OutputFormat, namesTemplates: Bool = false) -> any EventSink {
        switch format {
        case .json: JSONPrinter()
        case .text:
            isLive
                ? TerminalPrinter(namesTemplates: namesTemplates) : PlainPrinter(namesTemplates: namesTemplates)
        }
    }

    /// Whether talk goes to a terminal whose cursor can be moved.
    private static var isLive: Bool {
        let kind = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
        return isatty(STDERR_FILENO) == 1 && kind != "dumb"
    }
}
