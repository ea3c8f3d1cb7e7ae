internal import Synchronization
package import SystemPackage

/// Reads a qcow2 image of version 2 or 3 with its backing files, as the disk that a guest would see now: internal snapshots
/// and saved machine states are left aside, and so are reference counts, which reading does not need.
///
/// ```text
/// read(offset) ── L1 table ── L2 table ──┬─ plain cluster        one read for a run of them
///                                        ├─ compressed cluster   decompressed whole
///                                        ├─ zero flag            zeros
///                                        └─ nothing ── backing file at the same offset; zeros beyond its end
/// ```
package final class QCOW2Reader: DiskReader {
    /// The most stretches that are joined for one answer about the disk's content.
    private static let joinedPieces = 64

    package let size: Int64
    private let header: QCOW2Header
    private let file: SourceFile
    private let map: QCOW2Map
    private let clusters: QCOW2CompressedClusters
    package let backing: (any DiskReader)?
    private let backingPath: FilePath?
    /// A stretch of the file that was found to have no holes.
    private let solid = Mutex<Range<Int64>>(0..<0)

    /// Opens the image at `path`.
    ///
    /// - Parameters:
    ///   - backing: Which backing files are followed.
    ///   - open: Opens those of another format; their paths were checked against `backing`.
    /// - Throws: ``ImageError`` when it is broken, not read or not allowed, ``SourceError`` when `path` cannot be opened.
    package convenience init(
        _ path: FilePath, backing: BackingPolicy = .folder, open: @escaping BackingOpener
    ) throws {
        let file = try SourceFile(path)
        let chain = try QCOW2BackingChain(top: file, at: path, policy: backing, open: open)
        try self.init(file, at: path, chain: chain)
    }

    /// The image in `file`, the last one of `chain`; names of backing files are relative to the folder of `path`.
    init(_ file: SourceFile, at path: FilePath, chain: QCOW2BackingChain) throws {
        header = try QCOW2Header(file)
        size = header.size
        self.file = file
        map = QCOW2Map(header, of: file)
        clusters = QCOW2CompressedClusters(header, of: file)
        backing = try header.backing.map { try chain.openBacking($0, of: file, at: path) }
        backingPath = header.backing.map { FilePath(bytes: $0.name) }
    }

    /// Whether a file begins as a qcow2 image does.
    package static func recognizes(_ file: SourceFile) throws -> Bool {
        try QCOW2Header.recognizes(file)
    }

    package var facts: ImageFacts {
        ImageFacts(
            format: .qcow2, layout: "version \(header.version)",
            compression: holdsCompressedClusters ? "\(header.compression)" : nil,
            clusterSize: header.clusterSize, backingFile: backingPath)
    }

    /// Whether the image asks its readers to know Zstandard, even if no cluster is compressed.
    var needsZstd: Bool { header.compression == .zstd }

    package func extent(at offset: Int64) throws -> Extent {
        let first = try piece(at: offset, limit: size - offset)
        var end = offset + first.length
        for _ in 1..<Self.joinedPieces where end < size {
            let next = try piece(at: end, limit: size - end)
            guard next.content == first.content else { break }
            end += next.length
        }
        return Extent(first.content, length: end - offset)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        var done = 0
        while done < buffer.count {
            let run = try map.run(at: offset + Int64(done), limit: Int64(buffer.count - done))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + Int(run.length)])
            switch run.storage {
            case .absent: try readBacking(into: part, at: offset + Int64(done))
            case .zeros: part.initializeMemory(as: UInt8.self, repeating: 0)
            case .plain(let host): try file.read(into: part, at: host)
            case .compressed(let cluster, let start): try clusters.read(cluster, from: start, into: part)
            }
            done += Int(run.length)
        }
    }

    private func readBacking(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        let inside = backing.map { Int(min(max(0, $0.size - offset), Int64(buffer.count))) } ?? 0
        if inside > 0 {
            try backing?.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<inside]), at: offset)
        }
        UnsafeMutableRawBufferPointer(rebasing: buffer[inside...]).initializeMemory(as: UInt8.self, repeating: 0)
    }

    /// The stretch that begins at `offset`, at most `limit` bytes long. It is not joined with what follows, so that the
    /// work stays small however deep a chain of images is.
    private func piece(at offset: Int64, limit: Int64) throws -> Extent {
        let run = try map.run(at: offset, limit: limit)
        switch run.storage {
        case .zeros: return Extent(.zeros, length: run.length)
        case .compressed: return Extent(.data, length: run.length)
        case .plain(let host): return try hostPiece(at: host, length: run.length)
        case .absent:
            guard let backing, offset < backing.size else { return Extent(.zeros, length: run.length) }
            let length = min(run.length, backing.size - offset)
            if let overlay = backing as? QCOW2Reader { return try overlay.piece(at: offset, limit: length) }
            let extent = try backing.extent(at: offset)
            return Extent(extent.content, length: min(length, extent.length))
        }
    }

    /// What plain clusters hold: zeros where the file has a hole, as it has where clusters were allocated beforehand.
    private func hostPiece(at host: Int64, length: Int64) throws -> Extent {
        let known = solid.withLock { $0 }
        if known.contains(host) { return Extent(.data, length: min(length, known.upperBound - host)) }
        let extent = try file.extent(at: host)
        if extent.content == .data { solid.withLock { $0 = host..<host + extent.length } }
        return Extent(extent.content, length: min(length, extent.length))
    }

    /// Whether one of the first data stretches of this image is compressed; an image is rarely compressed in part.
    private var holdsCompressedClusters: Bool {
        var offset: Int64 = 0
        for _ in 0..<4096 where offset < size {
            guard let run = try? map.run(at: offset, limit: size - offset) else { return false }
            if case .compressed = run.storage { return true }
            offset += run.length
        }
        return false
    }
}
