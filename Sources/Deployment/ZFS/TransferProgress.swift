internal import HostSystem

/// How far a snapshot has come to another store.
package struct TransferProgress: Sendable, Hashable {
    /// The snapshot.
    package let snapshot: String
    /// Whether what differs from an earlier one is sent alone.
    package let isIncremental: Bool
    /// Whether the rest of a transfer is sent that was broken off.
    package let isResumed: Bool
    /// The bytes that are expected; nil where ZFS gives no estimate.
    package let total: Int64?
    /// The bytes that were sent.
    package internal(set) var done: Int64 = 0
    /// Whether it has arrived.
    package internal(set) var isDone = false

    init(snapshot: String, isIncremental: Bool, isResumed: Bool, total: Int64?) {
        self.snapshot = snapshot
        self.isIncremental = isIncremental
        self.isResumed = isResumed
        self.total = total
    }

    func with(done: Int64) -> TransferProgress {
        var state = self
        state.done = done
        return state
    }

    /// The state for people: `rpool/images/web-image@v1.2.0, what differs: 12 MiB of about 40 MiB`.
    package var line: String {
        let kind = isResumed ? ", the rest" : isIncremental ? ", what differs" : ""
        let expected = isDone ? "" : total.map { " of about \(ByteCount(max($0, done)))" } ?? ""
        return "\(TerminalText.plain(snapshot))\(kind): \(ByteCount(done))\(expected)\(isDone ? ", done" : "")"
    }
}

/// What `zfs send -nvP` says of a stream before it is sent.
struct TransferEstimate: Sendable, Hashable {
    /// The snapshot that it brings.
    var snapshot: String?
    /// Its size in bytes, more or less.
    var size: Int64?

    /// Reads what that command printed.
    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let cells = line.split(separator: "\t")
            switch cells.first {
            case "full", "incremental": snapshot = cells.last { $0.contains("@") }.map(String.init)
            case "size": size = cells.dropFirst().first.flatMap { Int64($0) }
            default: continue
            }
        }
    }
}
