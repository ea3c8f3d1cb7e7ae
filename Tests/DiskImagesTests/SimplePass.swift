import HostSystem

@testable import DiskImages

/// Converts a disk in one thread, unit by unit: what the tests of a writer need, with nothing to go wrong.
enum SimplePass {
    /// Gives every unit of `reader` that is not all zeros to each writer, in its encoding, a chunk at a time.
    static func run(_ reader: any DiskReader, to writers: [any ImageWriter]) throws {
        let lanes = writers.map { Lane($0) }
        let hasher = SHA256()
        hasher.update(withUnsafeBytes(of: reader.size.littleEndian, Array.init))
        var chunk = Int64(0)
        while chunk < reader.size {
            let end = min(chunk + Int64(DiskGeometry.chunk), reader.size)
            var units: [(index: Int64, bytes: [UInt8])] = []
            var done = chunk
            try reader.forEachDataExtent(in: chunk..<end) { extent in
                var offset = max(done, extent.lowerBound / unit * unit)
                while offset < extent.upperBound {
                    let bytes = try read(reader, at: offset)
                    if bytes != zeros { units.append((offset / unit, bytes)) }
                    offset += unit
                }
                done = offset
            }
            for (index, bytes) in units {
                hasher.update(withUnsafeBytes(of: index.littleEndian, Array.init))
                hasher.update(Digest.of(bytes).bytes)
            }
            if !units.isEmpty { for lane in lanes { try lane.append(units) } }
            chunk = try nextChunk(of: reader, after: end)
        }
        let identity = DiskIdentity(content: hasher.finish())
        for writer in writers { try writer.finish(identity) }
    }

    private static let unit = Int64(DiskGeometry.unit)
    private static let zeros = [UInt8](repeating: 0, count: DiskGeometry.unit)

    /// The first chunk at or after `offset`, which is a chunk's start or the disk's end, in which there may be data.
    private static func nextChunk(of reader: any DiskReader, after offset: Int64) throws -> Int64 {
        var offset = offset
        while offset < reader.size {
            let extent = try reader.extent(at: offset)
            if extent.content == .data { return offset / Int64(DiskGeometry.chunk) * Int64(DiskGeometry.chunk) }
            offset += extent.length
        }
        return offset
    }

    /// A whole unit, the disk's end filled up with zeros.
    private static func read(_ reader: any DiskReader, at offset: Int64) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: DiskGeometry.unit)
        let count = Int(min(unit, reader.size - offset))
        try bytes.withUnsafeMutableBytes {
            try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count]), at: offset)
        }
        return bytes
    }
}

/// A writer and what compresses for it.
private struct Lane {
    let writer: any ImageWriter
    let compressor: Compressor?
    /// The most that a compressed unit may take: VMDK stores every unit compressed, the others only what gets smaller.
    let limit: Int

    init(_ writer: any ImageWriter) {
        self.writer = writer
        compressor = Compressor(writer.encoding)
        if case .zlib = writer.encoding { limit = DiskGeometry.unit + 1024 } else { limit = DiskGeometry.unit - 1 }
    }

    func append(_ plain: [(index: Int64, bytes: [UInt8])]) throws {
        let storage = Storage(count: plain.count * (DiskGeometry.unit + 1024))
        var used = 0
        var units: [EncodedChunk.Unit] = []
        for (index, bytes) in plain {
            let target = UnsafeMutableRawBufferPointer(rebasing: storage.bytes[used..<used + limit])
            let packed = bytes.withUnsafeBytes { compressor?.compress($0, into: target) }
            if packed == nil {
                UnsafeMutableRawBufferPointer(rebasing: storage.bytes[used..<used + bytes.count]).copyBytes(from: bytes)
            }
            let range = used..<used + (packed ?? bytes.count)
            units.append(EncodedChunk.Unit(index: index, range: range, isCompressed: packed != nil))
            used = range.upperBound
        }
        try writer.append(
            EncodedChunk(units: units, storage: UnsafeRawBufferPointer(storage.bytes), owner: storage))
    }
}

private final class Storage {
    let bytes: UnsafeMutableRawBufferPointer

    init(count: Int) {
        bytes = .allocate(byteCount: count, alignment: 64)
    }

    deinit {
        bytes.deallocate()
    }
}
