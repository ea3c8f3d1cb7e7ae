import Foundation
import HostSystem
import Subprocess
import Synchronization
import VirtualMachineTestSupport

/// How a run ended that may have been killed.
struct KilledRun: Sendable {
    /// The exit code; 128 and the signal's number for a process that a signal ended.
    let status: Int
    /// What it printed on standard error.
    let talk: String
    /// How long it ran.
    let duration: Duration
}

extension FactoryProcess {
    /// Runs to the end, or until it gets SIGKILL after `delay`.
    func run(killedAfter delay: Duration?, deadline: Duration = .seconds(300)) async throws -> KilledRun {
        let configuration = Configuration(
            executable: .path(Self.program), arguments: Arguments(arguments),
            environment: .inherit.updating(
                environment.reduce(into: [:]) { $0[Environment.Key(stringLiteral: $1.key)] = $1.value }),
            workingDirectory: folder)
        let clock = ContinuousClock()
        let start = clock.now
        let talk = Mutex("")
        let end = try await withDeadline(deadline, for: "imagefactory \(arguments.joined(separator: " "))") {
            try await Subprocess.run(configuration, input: .none, output: .discarded, error: .sequence) { execution in
                let process = execution.processIdentifier.value
                let killer = delay.map { delay in
                    Task {
                        try await clock.sleep(for: delay)
                        kill(process, SIGKILL)
                    }
                }
                for try await line in execution.standardError.strings() { talk.withLock { $0 += line } }
                killer?.cancel()
            }.terminationStatus
        }
        let status =
            switch end {
            case .exited(let code): Int(code)
            case .signaled(let signal): 128 + Int(signal)
            }
        return KilledRun(status: status, talk: talk.withLock { $0 }, duration: clock.now - start)
    }
}
