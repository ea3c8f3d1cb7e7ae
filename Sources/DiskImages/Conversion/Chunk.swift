internal import Foundation

/// 2 MiB of a disk on their way through a conversion, as they were read.
final class Chunk: Sendable {
    /// Its place on the disk: the bytes from `index` times 2 MiB on.
    let index: Int64
    /// The disk's bytes, with zeros where it has none.
    let memory: ChunkMemory
    /// The units that are not all zeros, plain.
    let units: [EncodedChunk.Unit]
    /// The checksum of each of these units.
    let checksums: [UInt64]

    /// Reads what `place` holds into `memory`, fills the rest with zeros, and looks which units hold something.
    init(_ place: ChunkPlace, from reader: any DiskReader, into memory: ChunkMemory) throws {
        try place.load(from: reader, into: memory)
        var units: [EncodedChunk.Unit] = []
        var checksums: [UInt64] = []
        for number in 0..<DiskGeometry.unitsPerChunk {
            let range = number * DiskGeometry.unit..<(number + 1) * DiskGeometry.unit
            let unit = UnsafeRawBufferPointer(memory.bytes(range))
            guard !unit.isAllZeros else { continue }
            let index = place.index * Int64(DiskGeometry.unitsPerChunk) + Int64(number)
            units.append(EncodedChunk.Unit(index: index, range: range, isCompressed: false))
            checksums.append(UnitChecksum.of(unit))
        }
        index = place.index
        self.memory = memory
        self.units = units
        self.checksums = checksums
    }
}

/// Where a chunk lies, before it is read.
struct ChunkPlace: Sendable {
    /// The chunk's number: the bytes from `index` times 2 MiB on.
    let index: Int64
    /// The stretches inside it that may hold something, ascending.
    let extents: [Range<Int64>]

    /// The disk's offset of its first byte.
    var offset: Int64 { index * Int64(DiskGeometry.chunk) }

    /// The bytes of all stretches.
    var dataSize: Int64 { extents.reduce(0) { $0 + $1.upperBound - $1.lowerBound } }

    /// Reads what it holds into `memory`, and fills the rest with zeros.
    func load(from reader: any DiskReader, into memory: ChunkMemory) throws {
        var end = 0
        for extent in extents {
            let start = Int(extent.lowerBound - offset)
            memory.zero(end..<start)
            end = Int(extent.upperBound - offset)
            try reader.read(into: memory.bytes(start..<end), at: extent.lowerBound)
        }
        memory.zero(end..<DiskGeometry.chunk)
    }

    /// Calls `body` with the place of each chunk of a disk that may hold something, in ascending order.
    static func forEach(in reader: any DiskReader, _ body: (ChunkPlace) throws -> Void) throws {
        let step = Int64(DiskGeometry.chunk)
        var open: (index: Int64, extents: [Range<Int64>])?
        try reader.forEachDataExtent(in: 0..<reader.size) { extent in
            for index in extent.lowerBound / step...(extent.upperBound - 1) / step {
                let part = extent.clamped(to: index * step..<(index + 1) * step)
                if let before = open, before.index == index {
                    open?.extents.append(part)
                } else {
                    if let open { try body(ChunkPlace(index: open.index, extents: open.extents)) }
                    open = (index, [part])
                }
            }
        }
        if let open { try body(ChunkPlace(index: open.index, extents: open.extents)) }
    }
}

/// The memory of one chunk.
final class ChunkMemory: @unchecked Sendable {
    // Written by the one thread that loads a chunk, read by others only after that.
    private let base: UnsafeMutableRawBufferPointer

    /// Memory that the kernel may give in one huge page, which has the size of a chunk on most processors.
    init() {
        base = .allocate(byteCount: DiskGeometry.chunk, alignment: DiskGeometry.chunk)
        madvise(base.baseAddress, base.count, MADV_HUGEPAGE)
    }

    deinit {
        base.deallocate()
    }

    /// The bytes of a range.
    func bytes(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: base[range])
    }

    /// Fills a range with zeros.
    func zero(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        bytes(range).initializeMemory(as: UInt8.self, repeating: 0)
    }
}

/// The units of a chunk in one encoding.
final class EncodedUnits: Sendable {
    /// Where each unit's bytes are.
    let units: [EncodedChunk.Unit]
    /// The bytes of all units, one after the other.
    let bytes: [UInt8]

    init(units: [EncodedChunk.Unit], bytes: [UInt8]) {
        self.units = units
        self.bytes = bytes
    }
}

extension UnsafeRawBufferPointer {
    /// Whether every byte is zero: the first is, and each equals its neighbour, which `memcmp(3)` sees at full speed.
    var isAllZeros: Bool {
        guard let start = baseAddress, count > 1 else { return first ?? 0 == 0 }
        return self[0] == 0 && memcmp(start, start + 1, count - 1) == 0
    }
}
