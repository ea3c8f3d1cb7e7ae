/// What a scan for secrets has found.
package struct ScanResult: Sendable {
    /// A secret on a disk.
    package struct Hit: Sendable, Hashable {
        /// Its kind: `github-token`.
        package let kind: String
        /// What it is, for people.
        package let title: String
        /// Where it begins on the disk; of an unpacked one, where the compressed stream begins.
        package let offset: Int64
        /// Whether it was found in what a compressed stream unpacks to.
        package let isUnpacked: Bool
        /// The first digits of its SHA-256; nil for one that could be guessed from them.
        package let fingerprint: String?
        /// The account whose password it opens; nil for all but a line of passwd or shadow.
        package let account: String?
    }

    /// The secrets, in the order of the disk; at most ``SecretScan/hitLimit``.
    package internal(set) var hits: [Hit] = []
    /// Whether there are more of them.
    package internal(set) var hasMore = false
    /// How many kinds of secrets were looked for.
    package let rules: Int
    /// The bytes of the disk that were looked at.
    package internal(set) var bytes: Int64 = 0
    /// The bytes that compressed streams unpacked to.
    package internal(set) var unpackedBytes: Int64 = 0
    /// The compressed streams that were unpacked.
    package internal(set) var unpackedStreams = 0
    /// The streams of which a part was not unpacked, because it is too much.
    package internal(set) var cutStreams = 0
    /// Blocks with so much that looks like secrets that a part of it was passed over.
    package internal(set) var cutBlocks = 0
    /// The examples of manuals and keys of self-tests, known to everybody, that were passed over.
    package internal(set) var published = 0
    /// Where compressed streams seem to begin.
    var streams: [Int64] = []

    init(rules: Int) {
        self.rules = rules
    }

    /// Adds what another part of the disk has.
    mutating func add(_ other: ScanResult) {
        hits += other.hits
        if hits.count > 2 * SecretScan.hitLimit { cut() }
        hasMore = hasMore || other.hasMore
        bytes += other.bytes
        unpackedBytes += other.unpackedBytes
        unpackedStreams += other.unpackedStreams
        cutStreams += other.cutStreams
        cutBlocks += other.cutBlocks
        published += other.published
        streams += other.streams
    }

    /// The result in its final order.
    consuming func finished() -> ScanResult {
        cut()
        return self
    }

    /// Sorts the hits, and keeps the first ones; a stream's secret of one kind is told once.
    private mutating func cut() {
        hits = Set(hits).sorted {
            ($0.offset, $0.kind, $0.fingerprint ?? "") < ($1.offset, $1.kind, $1.fingerprint ?? "")
        }
        guard hits.count > SecretScan.hitLimit else { return }
        hits.removeSubrange(SecretScan.hitLimit...)
        hasMore = true
    }
}
