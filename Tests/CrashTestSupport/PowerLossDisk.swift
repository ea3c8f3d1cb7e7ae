import Foundation
import HostSystem
package import SystemPackage

/// A disk whose power can go away, at a folder of this host; the program `power-loss` makes it, and says how it forgets.
package final class PowerLossDisk: Sendable {
    /// What the disk can be made to ignore.
    package enum Flush: String, Sendable, CaseIterable {
        /// `fsync` of files.
        case files
        /// `fsync` of folders.
        case folders
    }

    /// Where it is to be seen.
    package let path: FilePath
    private let server: LineServer

    /// The program, beside the test bundle.
    private static let program = FilePath(CommandLine.arguments[0]).absolute.removingLastComponent().appending(
        "power-loss")

    /// Lends a disk at a folder inside `folder`.
    package static func with<Result>(
        in folder: FilePath, _ body: (PowerLossDisk) async throws -> Result
    ) async throws -> Result {
        let path = folder.appending("disk")
        let content = folder.appending("disk-content")
        for folder in [path, content] { try folder.createFolder() }
        let disk = PowerLossDisk(path: path, server: try LineServer(program, [path.string, content.string]))
        return try await withCleanup {
            try await body(disk)
        } cleanup: {
            disk.server.end()
        }
    }

    private init(path: FilePath, server: LineServer) {
        self.path = path
        self.server = server
    }

    /// How many changes there were since the power came on.
    package func changes() throws -> Int {
        guard let count = Int(try server.ask("changes")) else { throw Errno.ioError }
        return count
    }

    /// Lets the power go away after so many changes since it came on; everything fails then.
    package func limit(changes: Int) throws {
        try expectDone("limit \(changes)")
    }

    /// Makes the disk pretend to flush, until the power comes back.
    package func ignore(_ flush: Flush) throws {
        try expectDone("ignore \(flush.rawValue)")
    }

    /// The power goes away and comes back; of what was not flushed, each part is kept with a probability.
    package func losePower(keeping probability: Double, seed: UInt64) throws {
        try expectDone("cut \(seed) \(probability)")
    }

    private func expectDone(_ command: String) throws {
        guard try server.ask(command) == "done" else { throw Errno.ioError }
    }
}
