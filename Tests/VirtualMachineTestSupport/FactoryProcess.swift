import Foundation
import HostSystem
import Subprocess
import Synchronization
package import SystemPackage

/// The program as its users run it: a process of its own.
package struct FactoryProcess: Sendable {
    /// How a run ended.
    package struct Ending: Sendable {
        /// The exit code; 128 and the signal's number for a process that a signal ended.
        package let status: Int
        /// What it printed on standard output.
        package let output: String
        /// What it printed on standard error.
        package let talk: String
        /// How long it ran.
        package let duration: Duration
    }

    /// The program, beside the test bundle.
    package static let program = FilePath(CommandLine.arguments[0]).absolute.removingLastComponent().appending(
        "imagefactory")

    /// Arguments after the program's name.
    package var arguments: [String]
    /// Variables beside the inherited ones.
    package var environment: [String: String]
    /// The working folder.
    package var folder: FilePath
    /// The account to run as; nil for our own.
    package var user: (id: UInt32, group: UInt32)?
    /// A program, with its arguments, that becomes the program itself in the end; none to start it directly.
    package var launcher: [String] = []

    /// The program with `arguments`, not started yet.
    package init(
        arguments: [String], environment: [String: String] = [:], folder: FilePath = "/",
        user: (id: UInt32, group: UInt32)? = nil
    ) {
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.user = user
    }

    /// Runs to the end.
    ///
    /// - Parameter onTalk: Sees each line of standard error as it comes, and may send a signal to the process.
    package func run(
        deadline: Duration = .seconds(40 * 60),
        onTalk: @escaping @Sendable (_ line: String, _ process: Int32) -> Void = { _, _ in }
    ) async throws -> Ending {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(20))]
        if let user {
            options.userID = user.id
            options.groupID = user.group
            options.supplementaryGroups = []
        }
        let configuration = Configuration(
            executable: .path(launcher.first.map { FilePath($0) } ?? Self.program),
            arguments: Arguments(
                launcher.isEmpty ? arguments : launcher.dropFirst() + [Self.program.string] + arguments),
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
