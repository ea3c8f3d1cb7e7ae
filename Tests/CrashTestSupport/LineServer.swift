import Foundation
import HostSystem
import Synchronization
import SystemPackage

/// A program that answers each line with a line, and ends when its input does.
final class LineServer: Sendable {
    private struct State: ~Copyable {
        let process = Foundation.Process()
        let input = Pipe()
        let output = Pipe()
    }
    private let state = Mutex(State())

    /// Starts it, and returns when it has said its first line.
    init(_ program: FilePath, _ arguments: [String]) throws {
        try state.withLock { state in
            state.process.executableURL = URL(fileURLWithPath: program.string)
            state.process.arguments = arguments
            state.process.standardInput = state.input
            state.process.standardOutput = state.output
            try state.process.run()
            _ = try Self.readLine(state.output)
        }
    }

    /// Its answer to a line.
    func ask(_ line: String) throws -> String {
        try state.withLock { state in
            try state.input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
            return try Self.readLine(state.output)
        }
    }

    /// Ends it, and waits until it is gone.
    func end() {
        state.withLock { state in
            try? state.input.fileHandleForWriting.close()
            state.process.waitUntilExit()
        }
    }

    private static func readLine(_ output: Pipe) throws -> String {
        var line: [UInt8] = []
        while true {
            guard let byte = try output.fileHandleForReading.read(upToCount: 1)?.first else { throw Errno.brokenPipe }
            guard byte != UInt8(ascii: "\n") else { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
    }
}
