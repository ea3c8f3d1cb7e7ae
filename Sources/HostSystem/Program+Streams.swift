internal import Foundation
internal import Subprocess
package import SystemPackage

extension Program {
    /// Runs a program to its end that reads what `feed` writes, as much as that may be.
    ///
    /// - Parameter feed: Blocking work on a thread of its own. The pipe is closed after it; a program that ends before it has
    ///   read all is judged by its status alone.
    /// - Throws: What `feed` throws, else ``ProgramError``.
    package static func run(
        _ name: String, _ arguments: [String] = [], environment: [String: String] = [:], deadline: Duration,
        feeding feed: @escaping @Sendable (FileDescriptor, _ isCancelled: @Sendable () -> Bool) throws -> Void
    ) async throws -> ProgramOutput {
        BrokenPipes.survive()
        let pipe = try Pipe()
        async let output = pipe.closingReader {
            try await launch(
                name, arguments, environment: environment, deadline: deadline,
                input: .fileDescriptor(pipe.reader, closeAfterSpawningProcess: false),
                output: .bytes(limit: outputLimit))
        }
        var failure: (any Error)?
        do {
            try await offloaded { isCancelled in
                defer { try? pipe.writer.close() }
                try feed(pipe.writer, isCancelled)
            }
        } catch Errno.brokenPipe {
        } catch {
            failure = error
        }
        do {
            let printed = try await output
            if let failure { throw failure }
            return ProgramOutput(standardOutput: printed)
        } catch {
            throw failure ?? error
        }
    }

    /// A program with its arguments.
    package struct Call: Sendable {
        let name: String
        let arguments: [String]
        let environment: [String: String]

        /// A program on `PATH`.
        package init(_ name: String, _ arguments: [String], environment: [String: String] = [:]) {
            self.name = name
            self.arguments = arguments
            self.environment = environment
        }
    }

    /// Runs two programs to their ends, the second of which reads what the first one writes.
    ///
    /// - Parameter progress: Is told how many bytes have gone from one to the other.
    /// - Throws: ``ProgramError`` of the one that failed first.
    package static func run(
        _ source: Call, into sink: Call, deadline: Duration, progress: @escaping @Sendable (Int64) -> Void
    ) async throws {
        BrokenPipes.survive()
        let (first, second) = (try Pipe(), try Pipe())
        async let writing: Void = first.closingWriter {
            try await launch(
                source.name, source.arguments, environment: source.environment, deadline: deadline, input: .none,
                output: .fileDescriptor(first.writer, closeAfterSpawningProcess: false))
        }
        async let reading = second.closingReader {
            try await launch(
                sink.name, sink.arguments, environment: sink.environment, deadline: deadline,
                input: .fileDescriptor(second.reader, closeAfterSpawningProcess: false),
                output: .bytes(limit: outputLimit))
        }
        let sinkEndedEarly = try await offloaded { _ in
            defer {
                try? first.reader.close()
                try? second.writer.close()
            }
            do {
                try copy(first.reader, to: second.writer, progress: progress)
                return false
            } catch Errno.brokenPipe {
                return true
            }
        }
        do {
            try await writing
        } catch  where sinkEndedEarly {
            _ = try await reading
            throw error
        }
        _ = try await reading
    }

    private static func copy(
        _ source: FileDescriptor, to sink: FileDescriptor, progress: (Int64) -> Void
    ) throws {
        var block = [UInt8](repeating: 0, count: 1 << 18)
        var total: Int64 = 0
        while true {
            let count = try block.withUnsafeMutableBytes { try source.read(into: $0) }
            guard count > 0 else { return }
            try sink.writeAll(block[..<count])
            total += Int64(count)
            progress(total)
        }
    }
}

/// A pipe whose ends no program inherits but the one that is handed it.
private struct Pipe: Sendable {
    let reader: FileDescriptor
    let writer: FileDescriptor

    init() throws {
        (reader, writer) = try FileDescriptor.pipe()
        for end in [reader, writer] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
    }

    /// Closes the end that a program reads from once that has ended: who still writes is told so.
    func closingReader<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        defer { try? reader.close() }
        return try await body()
    }

    /// Closes the end that a program writes into once that has ended: who still reads is told so.
    func closingWriter<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        defer { try? writer.close() }
        return try await body()
    }
}
