internal import Pipeline

/// Prints events as JSON, one object a line, on standard output.
struct JSONPrinter: EventSink {
    func receive(_ event: RunEvent) {
        Talk.result(event.line)
    }
}
