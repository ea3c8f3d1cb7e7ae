internal import Foundation
internal import HostSystem
internal import SystemPackage

/// A named pipe whose content goes into a log as it comes, without secrets: nothing of it is ever in a file as it was.
enum LogPipe {
    /// How long what was written may wait to be read; the kernel keeps 64 KiB meanwhile.
    private static let interval: Duration = .milliseconds(20)

    /// Lends a pipe in `folder` to whoever writes into it in `body`; what is in it when `body` ends still goes into the log.
    static func with<Result>(
        in folder: FilePath, to log: StepLog, _ body: (FilePath) async throws -> Result
    ) async throws -> Result {
        let path = folder.appending("output-\(String.randomHex(digits: 8))")
        guard mkfifo(path.string, FilePermissions.privateFile.rawValue) == 0 else { throw Errno(rawValue: errno) }
        defer { try? path.remove() }
        // Both of its ends are ours, so that nobody waits for another one to come or to go.
        let pipe = try FileDescriptor.open(path, .readWrite, options: [.nonBlocking, .closeOnExec])
        defer { try? pipe.close() }
        defer { drain(pipe, to: log) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    drain(pipe, to: log)
                    try await ContinuousClock().sleep(for: interval)
                }
            }
            defer { group.cancelAll() }
            return try await body(path)
        }
    }

    private static func drain(_ pipe: FileDescriptor, to log: StepLog) {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while let count = try? block.withUnsafeMutableBytes({ try pipe.read(into: $0) }), count > 0 {
            log.add(block[..<count])
        }
    }
}
