import Foundation
import HostSystem
import Subprocess
import Synchronization
import SystemPackage
import Testing

/// The program as its users run it: a process of its own.
struct FactoryProcess {
    /// How a run ended.
    struct Ending {
        let status: Int
        let output: String
        let talk: String
        let duration: Duration
    }

    /// The program, beside the test bundle.
    static let program = FilePath(CommandLine.arguments[0]).absolute.removingLastComponent().appending("imagefactory")

    /// Arguments after the program's name.
    var arguments: [String]
    /// Variables beside the inherited ones.
    var environment: [String: String]
    /// The working folder.
    var folder: FilePath
    /// The account to run as; nil for our own.
    var user: (id: uid_t, group: gid_t)?

    /// Runs to the end.
    ///
    /// - Parameter onTalk: Sees each line of standard error as it comes, and may send a signal to the process.
    func run(
        deadline: Duration = .seconds(40 * 60),
        onTalk: @escaping @Sendable (_ line: String, _ process: pid_t) -> Void = { _, _ in }
    ) async throws -> Ending {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(20))]
        if let user {
            options.userID = user.id
            options.groupID = user.group
            options.supplementaryGroups = []
        }
        let configuration = Configuration(
            executable: .path(Self.program), arguments: Arguments(arguments),
            environment: .inherit.updating(
                environment.reduce(into: [:]) { $0[Environment.Key(stringLiteral: $1.key)] = $1.value }),
            workingDirectory: folder, platformOptions: options)
        let clock = ContinuousClock()
        let start = clock.now
        let talk = Mutex("")
        let status = try await withDeadline(deadline, for: "imagefactory \(arguments.joined(separator: " "))") {
            let result = try await Subprocess.run(
                configuration, input: .none, output: .string(limit: 1 << 20), error: .sequence
            ) { execution in
                for try await line in execution.standardError.strings() {
                    let text = line.trimmingCharacters(in: .newlines)
                    talk.withLock { $0 += text + "\n" }
                    onTalk(text, execution.processIdentifier.value)
                }
            }
            return (result.terminationStatus, result.standardOutput)
        }
        let code =
            switch status.0 {
            case .exited(let code): Int(code)
            case .signaled(let signal): 128 + Int(signal)
            }
        return Ending(status: code, output: status.1, talk: talk.withLock { $0 }, duration: clock.now - start)
    }
}
