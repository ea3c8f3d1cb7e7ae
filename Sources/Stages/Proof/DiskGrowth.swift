internal import Foundation
internal import GuestAgent
internal import HostSystem

/// How much of a larger disk a clone makes use of.
struct DiskGrowth: Sendable, Codable, Equatable {
    /// The room of the root file system, or of its pool, on a disk of the image's size; bytes.
    let before: Int64
    /// The same on the larger disk.
    let after: Int64
    /// By how much that disk is larger.
    let added: Int64

    /// By how much the disk of a clone that is to grow is larger.
    static let addition = ByteCount.gibibytes(2)
    /// How long a first boot that is over may take to grow yet.
    private static let patience: Duration = .seconds(180)

    /// Prints the size of the root file system, or of the pool that it is in, in bytes.
    private static let script = """
        if [ "$(findmnt -n -o FSTYPE /)" = zfs ]; then
            zpool list -H -p -o size "$(findmnt -n -o SOURCE / | cut -d / -f 1)"
        else
            df --block-size=1 --output=size / | tail -n 1
        fi
        """

    /// The room that a guest has now.
    static func size(in agent: Agent) async throws -> Int64 {
        let text = try await agent.shell(script, deadline: .seconds(300)).text
        guard let size = Int64(text), size > 0 else {
            throw GuestAnswerError(subject: "the size of the root file system", answer: text)
        }
        return size
    }

    /// How a guest whose disk is larger by ``addition`` has grown, once it has, or has had its time.
    static func find(in agent: Agent, before: Int64) async throws -> DiskGrowth {
        let end = ContinuousClock.now + patience
        while true {
            let growth = DiskGrowth(before: before, after: try await size(in: agent), added: addition.bytes)
            if growth.failure == nil || ContinuousClock.now > end { return growth }
            try await ContinuousClock().sleep(for: .seconds(2))
        }
    }

    /// What is wrong; nil if nothing is. Pools and file systems use a disk in large pieces, so that half of it is enough.
    var failure: String? {
        guard after - before < added / 2 else { return nil }
        return "on a disk that is larger by \(ByteCount(added)), the root has \(ByteCount(after)), "
            + "and \(ByteCount(before)) without; make it grow at the first boot"
    }
}

/// An answer of a guest's that makes no sense.
struct GuestAnswerError: Error, CustomStringConvertible {
    /// What was asked for.
    let subject: String
    /// What it said.
    let answer: String

    var description: String {
        "the guest was asked for \(subject), and said '\(TerminalText.plain(answer.prefix(100)))'"
    }
}
