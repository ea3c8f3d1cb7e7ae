internal import HostSystem
internal import SystemPackage

extension Runner {
    /// Runs the stages, and marks the run's folder as ended.
    ///
    /// - Parameters:
    ///   - estimates: How many seconds stages take as a rule, for those who watch.
    ///   - accelerator: What executes guests, for the record; nil until it is chosen.
    /// - Throws: ``StageError``, or `CancellationError` when the task was cancelled.
    package func run(
        in run: RunFolder, events: any EventSink, estimates: [String: Double] = [:],
        accelerator: @escaping @Sendable () -> String? = { nil }
    ) async throws -> RunResult {
        let log = EventLog(run: run, sink: events, accelerator: accelerator, redact: redact, logger: logger)
        let clock = ContinuousClock()
        let start = clock.now
        log.emit(.runStarted(stages: stages.map(\.name), origin: RunOrigin(run)))
        let execution = Execution(runner: self, run: run, log: log, estimates: estimates)
        do {
            let result = try await Program.$owners.withValue(Program.owners + [run.path]) { try await execution.run() }
            var release: PublishedRelease?
            if let folder = result.release { release = await PublishedRelease(folder) }
            log.emit(.runFinished(outcome: .done, seconds: (clock.now - start).seconds, release: release))
            // All is done and told; the lock shows that the run is over, too.
            try? run.markEnded(.done)
            return result
        } catch {
            // Whatever a stage throws once it was told to stop is only an echo of that.
            let isCancelled = Task.isCancelled || error is CancellationError
            let outcome: RunRecord.Outcome = isCancelled ? .interrupted : .failed
            log.emit(.runFinished(outcome: outcome, seconds: (clock.now - start).seconds, release: nil))
            // The disk may be full, and then the first error is the one to tell; the lock shows that the run is over.
            try? run.markEnded(outcome)
            throw isCancelled ? CancellationError() : error
        }
    }
}

extension Duration {
    /// The time in seconds, to the millisecond.
    package var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds / 1_000_000_000_000_000) / 1000
    }
}
