/// Something that takes events: a printer, a journal.
///
/// It is called from whatever task the event happens in, one event at a time, and must not take long.
package protocol EventSink: Sendable {
    /// Takes one event.
    func receive(_ event: RunEvent)
}
