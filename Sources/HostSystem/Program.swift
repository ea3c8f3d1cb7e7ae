internal import Foundation
internal import Subprocess
package import SystemPackage

/// What a program printed on standard output.
package struct ProgramOutput: Sendable {
    /// The bytes as they came.
    package let standardOutput: [UInt8]

    /// The bytes as text, without white space at the ends.
    package var text: String {
        String(decoding: standardOutput, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Why a program did not do its work.
package enum ProgramError: Error, CustomStringConvertible {
    /// The program is not installed.
    case notFound(program: String)
    /// The program ended with a status other than 0; `message` is the end of what it said on standard error.
    case failed(program: String, status: String, message: String)
    /// The program did not end in time and was stopped.
    case timedOut(program: String, limit: Duration)

    package var description: String {
        switch self {
        case .notFound(let program):
            "the program '\(program)' is not installed; install it, or run 'make setup'"
        case .failed(let program, let status, let message):
            "\(program) ended with \(status)\(message.isEmpty ? "" : ": \(message)")"
        case .timedOut(let program, let limit):
            "\(program) was still running after \(limit) and was stopped"
        }
    }
}

/// The programs of this host.
package enum Program {
    /// The folders for which programs run in this scope. When their owner is killed, the programs are known by these: see
    /// ``OwnedProcesses``.
    @TaskLocal package static var owners: [FilePath] = []
    /// The variable that tells a program its ``owners``, parted by colons.
    static let ownersVariable = "IMAGEFACTORY_OWNERS"

    /// The most that is kept of a program's standard output.
    static let outputLimit = 64 << 20
    /// The most that is quoted of a program's standard error.
    private static let messageLimit: Int64 = 4096

    /// Runs a program to its end.
    ///
    /// It gets its own session, so that Ctrl-C on the terminal reaches it only through us. When the task is cancelled or
    /// the deadline passes, its process group gets SIGTERM and, 5 s later, SIGKILL.
    ///
    /// - Parameters:
    ///   - name: A program on `PATH`, or an absolute path.
    ///   - input: What it reads on standard input; arguments are visible to every user, so secrets go here.
    ///   - log: A file that what it prints on standard error is appended to.
    /// - Throws: ``ProgramError``; a status other than 0 is an error. `CancellationError` when the task was cancelled.
    @discardableResult
    package static func run(
        _ name: String,
        _ arguments: [String] = [],
        input: [UInt8] = [],
        environment: [String: String] = [:],
        in folder: FilePath? = nil,
        deadline: Duration,
        log: FilePath? = nil
    ) async throws -> ProgramOutput {
        let input = try openInput(input)
        defer { try? input.close() }
        let output = try await launch(
            name, arguments, environment: environment, in: folder, deadline: deadline, log: log,
            input: .fileDescriptor(input, closeAfterSpawningProcess: false), output: .bytes(limit: outputLimit))
        return ProgramOutput(standardOutput: output)
    }

    /// Runs a program to its end, as ``run(_:_:input:environment:in:deadline:log:)`` does, with any input and output.
    static func launch<Input: InputProtocol, Output: OutputProtocol>(
        _ name: String,
        _ arguments: [String],
        environment: [String: String],
        in folder: FilePath? = nil,
        deadline: Duration,
        log: FilePath? = nil,
        input: Input,
        output: Output
    ) async throws -> Output.OutputType {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(5))
        ]
        let configuration = Configuration(
            executable: name.hasPrefix("/") ? .path(FilePath(name)) : .name(name),
            arguments: Arguments(arguments),
            environment: .inherit.updating(
                environment.merging(ownership) { $1 }.reduce(into: [:]) { $0[.init(stringLiteral: $1.key)] = $1.value }),
            workingDirectory: folder,
            platformOptions: options)
        let errors = try log.map(openLog) ?? openUnnamedFile()
        return try await errors.closeAfterAwaiting {
            let start = try errors.seek(offset: 0, from: .end)
            do {
                let (status, printed) = try await withDeadline(deadline, for: name) {
                    let result = try await Subprocess.run(
                        configuration, input: input, output: output,
                        error: .fileDescriptor(errors, closeAfterSpawningProcess: false))
                    return (result.terminationStatus, result.standardOutput)
                }
                guard status.isSuccess else {
                    // How a program ends that was told to end says nothing of its work.
                    try Task.checkCancellation()
                    throw ProgramError.failed(
                        program: name, status: "\(status)", message: tail(of: errors, from: start))
                }
                return printed
            } catch let error as SubprocessError where error.code == .executableNotFound {
                throw ProgramError.notFound(program: name)
            } catch is DeadlineError {
                throw ProgramError.timedOut(program: name, limit: deadline)
            }
        }
    }

    /// The path of a program on `PATH`; nil if it is not installed.
    package static func path(of name: String) async -> FilePath? {
        try? await Executable.name(name).resolveExecutablePath(in: .inherit)
    }

    private static var ownership: [String: String] {
        owners.isEmpty ? [:] : [ownersVariable: owners.map(\.string).joined(separator: ":")]
    }

    private static func openLog(_ path: FilePath) throws -> FileDescriptor {
        try FileDescriptor.open(
            path, .readWrite, options: [.create, .append, .closeOnExec], permissions: .publicFile)
    }

    /// A file with `bytes` in it, at its beginning.
    ///
    /// It takes the place of a pipe, so that a program that ends without having read its input does no harm.
    private static func openInput(_ bytes: [UInt8]) throws -> FileDescriptor {
        let file = try openUnnamedFile()
        do {
            try file.writeAll(bytes)
            try file.seek(offset: 0, from: .start)
            return file
        } catch {
            try? file.close()
            throw error
        }
    }

    /// A file in memory that never has a name, so that nothing can be left behind.
    private static func openUnnamedFile() throws -> FileDescriptor {
        // `O_TMPFILE`, which the C library declares only for programs in GNU's dialect.
        let unnamed = FileDescriptor.OpenOptions(rawValue: 0o20_000_000)
        return try FileDescriptor.open(
            "/dev/shm", .readWrite, options: [unnamed, .directory, .closeOnExec], permissions: .privateFile)
    }

    private static func tail(of file: FileDescriptor, from start: Int64) -> String {
        guard let end = try? file.seek(offset: 0, from: .end) else { return "" }
        let offset = max(start, end - messageLimit)
        var bytes = [UInt8](repeating: 0, count: Int(end - offset))
        let count = (try? bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) }) ?? 0
        return String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension FileDescriptor {
    /// Runs `body` and closes the descriptor, as `closeAfter` does for bodies that do not wait.
    fileprivate func closeAfterAwaiting<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            try close()
            return result
        } catch {
            try? close()
            throw error
        }
    }
}
