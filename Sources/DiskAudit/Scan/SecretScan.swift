package import DiskImages
internal import Foundation
internal import HostSystem
internal import Synchronization

/// Looks for secrets in all that a disk stores: files, and what was deleted, swapped out, or is in no file at all.
///
/// It reads the disk by itself, without an operating system, and knows no file system. So it is as fast as memory allows,
/// sees free space and partitions of any kind, and misses what is encrypted, or compressed by a file system. Compressed
/// streams, wherever they begin, are unpacked and looked through too; what is compressed in them again only if their own
/// format says so.
/// ```
/// data of the disk ─▶ windows of 1 MiB ─▶ matches ─▶ rules ─▶ hits
///                          └─ beginnings of streams ─▶ unpacked ─▶ windows …
/// ```
package struct SecretScan: Sendable {
    /// The most that is unpacked of one stream.
    static let streamLimit = ByteCount.mebibytes(512)
    /// The most that is unpacked of all streams.
    static let unpackedLimit = ByteCount.gibibytes(16)
    /// The most secrets that are told.
    package static let hitLimit = 500

    private let rules: [SecretRule]
    private let database: PatternDatabase

    /// A scan for every kind of secret, and for those of a build.
    ///
    /// - Parameter secrets: Those that are too short to be looked for are left out.
    package init(for secrets: [BuildSecret] = []) throws {
        rules = SecretRule.all + secrets.filter(\.isSearchable).map(\.rule)
        database = try PatternDatabase(CompressedStream.beginnings + rules.map(\.pattern))
    }

    /// Looks through `disk` on all cores.
    ///
    /// - Throws: `ImageError`, `SourceError`, `CancellationError`.
    package func scan(_ disk: any DiskReader) async throws -> ScanResult {
        try await offloaded { isCancelled in
            let windows = try ScanWindow.all(of: disk)
            let result = Mutex(ScanResult(rules: Set(rules.map(\.kind)).count))
            try inParallel(windows.count, isCancelled) { index, search in
                let part = try search.look(at: windows[index], of: disk)
                result.withLock { $0.add(part) }
            }
            let streams = result.withLock { $0.streams.sorted() }
            try inParallel(streams.count, isCancelled) { index, search in
                let isLeft = result.withLock { $0.unpackedBytes < Self.unpackedLimit.bytes }
                guard isLeft else { return result.withLock { $0.cutStreams += 1 } }
                let part = try search.look(
                    into: CompressedStream(disk: disk, offset: streams[index]), isCancelled)
                result.withLock { $0.add(part) }
            }
            return result.withLock { $0.finished() }
        }
    }

    /// Calls `body` with the numbers below `count`, each once, on all cores; the first failure ends it.
    private func inParallel(
        _ count: Int, _ isCancelled: @Sendable () -> Bool, _ body: @Sendable (Int, BlockSearch) throws -> Void
    ) throws {
        let next = Atomic(0)
        let failure = Mutex((any Error)?.none)
        withoutActuallyEscaping(isCancelled) { isCancelled in
            DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
                do {
                    let search = try BlockSearch(rules: rules, database: database)
                    while failure.withLock({ $0 == nil }) {
                        guard !isCancelled() else { throw CancellationError() }
                        let index = next.add(1, ordering: .relaxed).oldValue
                        guard index < count else { return }
                        try body(index, search)
                    }
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let failure = failure.withLock(\.self) { throw failure }
    }
}
