/// Several takers of events, each of which gets every event, in this order.
package struct EventSinks: EventSink {
    private let sinks: [any EventSink]

    /// All of `sinks` together.
    package init(_ sinks: any EventSink...) {
        self.sinks = sinks
    }

    package func receive(_ event: RunEvent) {
        for sink in sinks { sink.receive(event) }
    }
}
