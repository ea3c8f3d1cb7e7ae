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

    /// Shuts the guest down in an orderly way and returns when the machine has stopped.
    ///
    /// The agent's own shutdown can fail on a minimal guest, so `systemctl poweroff` and the ACPI button follow, each
    /// after the one before it has shown no effect. A guest that is flushing is never killed: only the deadline ends it.
    package func powerOff(deadline: Duration, report: @Sendable (String) -> Void = { _ in }) async throws {
        let machine = machine
        _ = try await machine.watch(
            ShutdownJudge(),
            deadline: deadline,
            prepare: {
                do {
                    try await machine.agent.shutdown()
                } catch {
                    _ = try? await machine.agent.shell("systemctl poweroff", deadline: .seconds(10))
                    try? await machine.domain.pressPowerButton()
                }
            },
            report: report)
    }
}

/// Waits for a machine to stop by its guest's own will.
package struct ShutdownJudge: Judge {
    package typealias Report = Never

    /// A judge of one shutdown.
    package init() {}

    package mutating func consider(_ evidence: Evidence<Never>, at now: ContinuousClock.Instant) -> Verdict {
        switch evidence {
        case .event(.stopped(.shutdown)): return .done
        case .event(let event): return MachineEnd.failure(of: event).map { .failed($0) } ?? .progress(nil)
        case .console(let text): return ConsoleSigns.failure(in: text.text).map { .failed($0) } ?? .progress(nil)
        case .counters, .baseline, .tick: return .progress(nil)
        }
    }
}
