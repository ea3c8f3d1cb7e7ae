package import GuestAgent
internal import HostSystem
package import Libvirt
internal import SystemPackage

/// A running virtual machine with all the ways to see and reach its guest.
package final class Machine: Sendable {
    /// libvirt's domain.
    package let domain: Domain
    /// What it was made of.
    package let definition: MachineDefinition
    /// The definition that libvirt was given.
    let startXML: String
    /// When it was started.
    package let startTime = ContinuousClock.now
    /// The guest's serial console.
    package let console: SerialConsole
    /// The guest's agent.
    package let agent: Agent
    private let connection: Connection

    init(
        domain: Domain, definition: MachineDefinition, startXML: String, console: SerialConsole, connection: Connection
    ) {
        self.domain = domain
        self.definition = definition
        self.startXML = startXML
        self.console = console
        self.connection = connection
        agent = Agent(channel: DomainAgentChannel(domain: domain))
    }

    /// libvirt's events of this machine from now on.
    package var events: AsyncStream<DomainEvent> {
        connection.events(of: definition.name)
    }

    /// Watches the machine until `judge` is done.
    ///
    /// Events and console text are judged as they come. What announces itself to nobody, the counters and the state
    /// inside the guest, is asked for once a second.
    ///
    /// - Parameters:
    ///   - prepare: Runs once everything is being listened to; starts what the judge waits for.
    ///   - ask: Reads the state inside the guest; nil while there is none.
    ///   - report: Takes news for people.
    /// - Returns: The judge as it was when it was done.
    /// - Throws: ``MachineFailure``.
    package func watch<J: Judge>(
        _ judge: J,
        deadline: Duration,
        prepare: () async throws -> Void = {},
        ask: @escaping @Sendable () async -> J.Report? = { nil },
        report: @Sendable (String) -> Void = { _ in }
    ) async throws -> J {
        let (evidence, source) = AsyncStream<Evidence<J.Report>>.makeStream()
        let events = events
        let text = console.text
        try await prepare()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await event in events { source.yield(.event(event)) } }
            group.addTask { for await piece in text { source.yield(.console(piece)) } }
            group.addTask { [self] in try await tick(into: source, ask: ask) }
            defer { group.cancelAll() }
            let clock = ContinuousClock()
            let end = clock.now + deadline
            var judge = judge
            for await piece in evidence {
                let now = clock.now
                switch judge.consider(piece, at: now) {
                case .progress(let news): news.map(report)
                case .done: return judge
                case .failed(let failure): throw await refined(failure)
                }
                guard now < end else {
                    throw MachineFailure(.tooLate, evidence: ["the limit is \(deadline.components.seconds) s"])
                }
            }
            throw CancellationError()
        }
    }

    /// Counters and reports, once a second until the task ends.
    private func tick<Report: Sendable>(
        into source: AsyncStream<Evidence<Report>>.Continuation, ask: @Sendable () async -> Report?
    ) async throws {
        let clock = ContinuousClock()
        while true {
            let next = clock.now + .seconds(1)
            if let counters = await counters() { source.yield(.counters(counters)) }
            if let answer = await ask() { source.yield(.report(answer)) }
            source.yield(.tick)
            if let counters = await counters() { source.yield(.baseline(counters)) }
            // However long the answer took, the guest is left alone for a time, so that its own work shows.
            try await clock.sleep(until: max(next, clock.now + .milliseconds(600)))
        }
    }

    private func counters() async -> DomainCounters? {
        try? await domain.counters(disk: definition.diskBus.device)
    }

    /// A disk error with its reason: a full host is told apart by the room that is left.
    private func refined(_ failure: MachineFailure) async -> MachineFailure {
        guard failure.cause == .hostDiskError, let free = try? definition.disk.freeSpace() else { return failure }
        guard free < .mebibytes(32) else { return failure }
        return MachineFailure(.hostDiskFull, evidence: ["\(free) left for \(definition.disk)"] + failure.evidence)
    }
}
