import Foundation
import HostSystem
import Subprocess
import Synchronization
import SystemPackage

/// A run of `crash-worker`, beside the test bundle.
struct WorkerProcess {
    private static let program = FilePath(CommandLine.arguments[0]).absolute.removingLastComponent()
        .appending("crash-worker")

    /// Its arguments.
    let arguments: [String]

    /// Runs it to its end, or until it is killed.
    ///
    /// - Returns: What is wrong with how it ended; nil if nothing is.
    func run(killedAfter delay: Duration?, deadline: Duration) async throws -> String? {
        let configuration = Configuration(executable: .path(Self.program), arguments: Arguments(arguments))
        let talk = Mutex("")
        let status = try await withDeadline(deadline, for: "crash-worker \(arguments.joined(separator: " "))") {
            try await Subprocess.run(configuration, input: .none, output: .discarded, error: .sequence) { execution in
                let process = execution.processIdentifier.value
                let killer = delay.map { delay in
                    Task {
                        try await ContinuousClock().sleep(for: delay)
                        kill(process, SIGKILL)
                    }
                }
                for try await line in execution.standardError.strings() { talk.withLock { $0 += line + "\n" } }
                killer?.cancel()
            }.terminationStatus
        }
        switch status {
        case .exited(0): return nil
        case .signaled(SIGKILL) where delay != nil: return nil
        default:
            return "crash-worker \(arguments.dropFirst()) ended with \(status): \(talk.withLock { $0 }.suffix(1000))"
        }
    }
}
