/// Something that takes events: a printer, a journal, the history.
///
/// It is called from whatever task the event happens in, and must not take long. The events of one run come one at a
/// time; those of runs beside it may come at the same moment.
package protocol EventSink: Sendable {
    /// Takes one event.
    func receive(_ event: RunEvent)
}
