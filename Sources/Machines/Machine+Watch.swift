internal import HostSystem
internal import Libvirt

extension Machine {
    /// Watches the machine until `judge` is done.
    ///
    /// Events, console text and the agent's answers are judged as they come. What announces itself to nobody, the
    /// counters and the state inside the guest, is asked for once a second.
    ///
    /// - Parameters:
    ///   - deadline: How long it may take; nil for work that has limits of its own.
    ///   - prepare: Runs once everything is being listened to; starts what the judge waits for.
    ///   - ask: Reads the state inside the guest; nil while there is none.
    ///   - report: Takes news for people.
    /// - Returns: The judge as it was when it was done.
    /// - Throws: ``MachineFailure``.
    package func watch<J: Judge>(
        _ judge: J,
        deadline: Duration?,
        prepare: @escaping @Sendable () async throws -> Void = {},
        ask: @escaping @Sendable () async -> J.Report? = { nil },
        report: @Sendable (String) -> Void = { _ in }
    ) async throws -> J {
        let (evidence, source) = AsyncThrowingStream<Evidence<J.Report>, any Error>.makeStream()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            listen(into: source, in: &group)
            group.addTask {
                do {
                    try await prepare()
                } catch {
                    source.finish(throwing: error)
                }
            }
            group.addTask { try await tick(into: source) }
            group.addTask { [self] in try await observe(into: source, ask: ask) }
            defer { group.cancelAll() }
            let clock = ContinuousClock()
            let end = deadline.map { clock.now + $0 }
            var judge = judge
            for try await piece in evidence {
                let now = clock.now
                switch judge.consider(piece, at: now) {
                case .progress(let news): news.map(report)
                case .done: return judge
                case .failed(let failure): throw await explained(failure)
                }
                if let end, let deadline, now > end { throw await explained(judge.overdue(deadline, at: now)) }
            }
            throw CancellationError()
        }
    }

    /// What announces itself.
    private func listen<Report: Sendable>(
        into source: AsyncThrowingStream<Evidence<Report>, any Error>.Continuation,
        in group: inout ThrowingTaskGroup<Void, any Error>
    ) {
        let (events, text, signs, news) = (events, console.text, channel.signs.stream, news.stream)
        group.addTask { for await event in events { source.yield(.event(event)) } }
        group.addTask { for await piece in text { source.yield(.console(piece)) } }
        group.addTask { for await sign in signs { source.yield(.agent(sign)) } }
        group.addTask { for await what in news { source.yield(.news(what)) } }
    }

    /// Counters and reports, once a second until the task ends, or as often as leaves most of a slow guest's time to itself.
    private func observe<Report: Sendable>(
        into source: AsyncThrowingStream<Evidence<Report>, any Error>.Continuation, ask: @Sendable () async -> Report?
    ) async throws {
        let clock = ContinuousClock()
        while true {
            let next = clock.now + .seconds(1)
            process?.noteMemoryGroups()
            if let counters = await counters() {
                source.yield(.counters(counters))
            } else if !domain.isConnected {
                // A daemon that hangs ends the connection without a word.
                source.yield(.event(.connectionLost(Self.silentDaemon)))
            }
            let asked = clock.now
            if let answer = await ask() { source.yield(.report(answer)) }
            let cost = clock.now - asked
            if let counters = await counters() { source.yield(.baseline(counters)) }
            // However long the answer took, the guest is left alone for a time, so that its own work shows and goes on.
            let rest = max(.milliseconds(600), min(cost * 2, .seconds(3)))
            try await clock.sleep(until: max(next, clock.now + rest))
        }
    }

    /// QEMU may hang and never answer; who is cancelled does not wait for that.
    private func counters() async -> DomainCounters? {
        var counters = try? await abandonable { [domain, device = definition.diskBus.device] in
            try await domain.counters(disk: device)
        }
        counters?.waitingTime = process?.waitingTime ?? .zero
        return counters
    }
}

/// Every half second until the task ends, whether or not anything answers.
private func tick<Report: Sendable>(into source: AsyncThrowingStream<Evidence<Report>, any Error>.Continuation)
    async throws
{
    while true {
        try await ContinuousClock().sleep(for: .milliseconds(500))
        source.yield(.tick)
    }
}
