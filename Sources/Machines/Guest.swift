package import GuestAgent
internal import HostSystem
internal import Libvirt

/// A booted system whose agent runs programs, as the stages that work inside it see it.
package struct Guest: Sendable {
    /// The machine it runs in.
    package let machine: Machine
    /// Its agent.
    package var agent: Agent { machine.agent }

    /// Whether its agent runs programs only since the factory enabled that over the console.
    package let wasBlocked: Bool

    /// The system inside `machine`.
    package init(machine: Machine, wasBlocked: Bool = false) {
        self.machine = machine
        self.wasBlocked = wasBlocked
    }

    /// Works inside the guest while the machine is watched: what ends the machine, its system or its agent ends the work
    /// at once, and by its name.
    ///
    /// Work that fails because nobody answers it any more waits until the watch knows why.
    ///
    /// - Parameter stall: The longest time in which nothing may move; the work tells by ``Machine/note(_:)`` that it does.
    /// - Throws: ``MachineFailure``, or what `work` throws.
    package func watched<Result: Sendable>(
        stall: Duration, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let machine = machine
        return try await withThrowingTaskGroup(of: WorkEnd<Result>.self) { group in
            group.addTask { try await Self.end(of: work, in: machine) }
            group.addTask {
                _ = try await machine.watch(WorkJudge(machine.vitals(stall: stall)), deadline: nil)
                throw CancellationError()
            }
            defer { group.cancelAll() }
            do {
                switch try await group.next() {
                case .done(let result): return result
                case .failed(let error): throw error
                case nil: throw CancellationError()
                }
            } catch let failure as MachineFailure {
                // What is still under way ends now, and not by its own deadlines.
                if !failure.cause.leavesAgent || machine.channel.isSilent { machine.channel.giveUp() }
                throw failure
            }
        }
    }

    private static func end<Result: Sendable>(
        of work: @Sendable () async throws -> Result, in machine: Machine
    ) async throws -> WorkEnd<Result> {
        do {
            return .done(try await work())
        } catch let error where !(error is CancellationError || error is MachineFailure) {
            try await machine.agent.awaitAnswer()
            return .failed(error)
        }
    }

    /// Shuts the guest down in an orderly way and returns when the machine has stopped.
    ///
    /// The agent's own shutdown can fail on a minimal guest, and is not answered: where it is refused, or the agent does not
    /// answer just before, `systemctl poweroff` and the ACPI button follow. A guest that is flushing is never killed: only
    /// the deadline ends it.
    package func powerOff(deadline: Duration, report: @Sendable (String) -> Void = { _ in }) async throws {
        let machine = machine
        _ = try await machine.watch(
            ShutdownJudge(machine.vitals(stall: deadline)),
            deadline: deadline,
            prepare: {
                do {
                    try await machine.agent.ping(deadline: .seconds(10))
                    try await machine.agent.shutdown()
                } catch {
                    try Task.checkCancellation()
                    let result = try? await machine.agent.shell("systemctl poweroff", deadline: .seconds(10))
                    if let result, !result.succeeded { machine.note(result.errorText) }
                    try? await abandonable { try await machine.domain.pressPowerButton() }
                }
            },
            report: report)
    }
}

/// How work inside a guest ended, if its machine did not end it.
private enum WorkEnd<Result: Sendable>: Sendable {
    case done(Result)
    case failed(any Error)
}

extension Agent {
    /// Returns when the agent answers, whatever it says; who watches the machine ends the wait.
    fileprivate func awaitAnswer() async throws {
        while true {
            do {
                return try await ping(deadline: .seconds(5))
            } catch let error as AgentError where error.isPassing {
                try await ContinuousClock().sleep(for: .milliseconds(500))
            } catch is AgentError {
                return
            }
        }
    }
}
