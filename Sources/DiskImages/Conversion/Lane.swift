internal import HostSystem

/// One consumer of a conversion's chunks, on a thread of its own.
protocol Lane: AnyObject, Sendable {
    /// How it wants its units.
    var encoding: UnitEncoding { get }

    /// Takes the next chunk, in ascending order.
    func take(_ delivery: ChunkFlow.Delivery, from outlet: ChunkFlow.Outlet) throws

    /// Does what is left after the last chunk.
    func finish(_ outlet: ChunkFlow.Outlet) throws
}

extension Lane {
    /// Takes all chunks and finishes.
    func run(_ outlet: ChunkFlow.Outlet) throws {
        while let delivery = try outlet.next() {
            try take(delivery, from: outlet)
            outlet.done()
        }
        try finish(outlet)
        outlet.finished()
    }
}

extension ChunkFlow {
    /// The end of a flow from which one lane takes its chunks.
    struct Outlet {
        /// The flow.
        let flow: ChunkFlow
        /// The lane's number.
        let lane: Int

        /// The next chunk; nil after the last one.
        func next() throws -> Delivery? { try flow.next(for: lane) }
        /// Says that the last chunk is done with.
        func done() { flow.done(lane) }
        /// Says that nothing is left to do.
        func finished() { flow.finished(lane) }
    }
}

/// Writes one file, and says its digest. It is used from its own thread, and read from another after that has ended.
final class FileLane: Lane, @unchecked Sendable {
    private let writer: any ImageWriter
    private let file: OutputFile
    private let rawBytes: Int64
    private let hasher = SHA256()

    /// A lane that writes `file` by `writer`. Its first `rawBytes` bytes are the disk's own, whose digest another lane
    /// computes.
    init(_ writer: any ImageWriter, file: OutputFile, rawBytes: Int64) {
        self.writer = writer
        self.file = file
        self.rawBytes = rawBytes
    }

    /// The digest of the finished file, given the running digest of the disk's raw bytes if it begins with these.
    func digest(after raw: SHA256?) throws -> Digest {
        guard rawBytes > 0, let raw else { return hasher.finish() }
        let whole = SHA256(from: raw)
        try file.forEachBlock(from: rawBytes) { whole.update($0) }
        return whole.finish()
    }

    var encoding: UnitEncoding { writer.encoding }

    func take(_ delivery: ChunkFlow.Delivery, from outlet: ChunkFlow.Outlet) throws {
        let chunk = delivery.chunk
        guard !chunk.units.isEmpty else { return }
        if let encoded = delivery.encoded {
            try encoded.bytes.withUnsafeBytes {
                try writer.append(EncodedChunk(units: encoded.units, storage: $0, owner: encoded))
            }
        } else {
            let all = UnsafeRawBufferPointer(chunk.memory.bytes(0..<DiskGeometry.chunk))
            try writer.append(EncodedChunk(units: chunk.units, storage: all, owner: chunk))
        }
    }

    func finish(_ outlet: ChunkFlow.Outlet) throws {
        try writer.finish(try outlet.flow.awaitIdentity())
        guard rawBytes == 0 else { return }
        // Most formats begin with what is known last, so the file is read once more; it is still in memory.
        try file.forEachBlock(from: 0) { block in
            try outlet.flow.checkFailure()
            hasher.update(block)
        }
    }
}

/// Computes the disk's identity, for the lanes that write it into their files. It is used from its own thread.
final class IdentityLane: Lane, @unchecked Sendable {
    private let hasher = SHA256()

    /// An identity of a disk of `size` bytes.
    init(size: Int64) {
        append(UInt64(size))
    }

    var encoding: UnitEncoding { .plain }

    func take(_ delivery: ChunkFlow.Delivery, from outlet: ChunkFlow.Outlet) throws {
        for (unit, checksum) in zip(delivery.chunk.units, delivery.chunk.checksums) {
            append(UInt64(unit.index))
            append(checksum)
        }
    }

    func finish(_ outlet: ChunkFlow.Outlet) throws {
        outlet.flow.identified(DiskIdentity(content: hasher.finish()))
    }

    private func append(_ word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { hasher.update($0) }
    }
}
