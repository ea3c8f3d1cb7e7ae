internal import Foundation
internal import SystemPackage

/// A process of one host, told from all others that had its number before, or will have it.
package struct ProcessIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The start of a host and a name space of processes in it, where a number means one process.
    private let world: String
    private let id: Int32
    /// When it started, in the kernel's ticks.
    private let start: UInt64

    private init(world: String, id: Int32, start: UInt64) {
        self.world = world
        self.id = id
        self.start = start
    }

    /// This process; nil where the kernel does not tell enough.
    package static let current: ProcessIdentity? = {
        guard let world = ownWorld, let start = start(of: getpid()) else { return nil }
        return ProcessIdentity(world: world, id: getpid(), start: start)
    }()

    /// Reads a description; nil for any other text.
    package init?(_ text: String) {
        guard let match = text.wholeMatch(of: /([0-9a-f]{12})-([0-9]{1,10})-([0-9]{1,19})/), let id = Int32(match.2),
            let start = UInt64(match.3)
        else { return nil }
        self.init(world: String(match.1), id: id, start: start)
    }

    package var description: String { "\(world)-\(id)-\(start)" }

    /// Whether it has ended, which can be told of processes of this host alone; nil for others.
    package var hasEnded: Bool? {
        guard world == Self.ownWorld else { return nil }
        return Self.start(of: id) != start
    }

    private static let ownWorld: String? = {
        guard let boot = try? FilePath("/proc/sys/kernel/random/boot_id").readText(limit: ByteCount(4096)),
            let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        else { return nil }
        return Digest.of(boot + place).short
    }()

    /// When a process started; nil for one that is not there, or that has ended and only waits to be asked about it.
    private static func start(of id: Int32) -> UInt64? {
        guard let status = ProcessStatus(of: id), !status.hasEnded else { return nil }
        return status.start
    }
}
