internal import DiskImages
internal import HostSystem
internal import SystemPackage

/// A disk's raw bytes as frames, in which what is zero takes no room; one pass writes them and computes their digest.
struct RawStream: Sendable {
    private let disk: any DiskReader
    /// The stretches that hold something, in ascending order; their ends stand at blocks, the last one may be behind the
    /// disk's.
    private let stretches: [Range<Int64>]
    private let end: Int64

    /// Zeros of less than this are sent: each frame costs the host a program.
    private static let smallestGap: Int64 = 1 << 20
    private static let pieceSize = 1 << 20

    /// A disk, whose frames are to begin and end at blocks of a size.
    init(_ disk: any DiskReader, blockSize: Int64) throws {
        self.disk = disk
        end = (disk.size + blockSize - 1) / blockSize * blockSize
        var stretches: [Range<Int64>] = []
        try disk.forEachDataExtent(in: 0..<disk.size) { extent in
            let lower = extent.lowerBound / blockSize * blockSize
            let upper = (extent.upperBound + blockSize - 1) / blockSize * blockSize
            if let last = stretches.last, lower - last.upperBound < Self.smallestGap {
                stretches[stretches.count - 1] = last.lowerBound..<max(last.upperBound, upper)
            } else {
                stretches.append(lower..<upper)
            }
        }
        self.stretches = stretches
    }

    /// The size of the disk.
    var size: Int64 { disk.size }
    /// The bytes that are sent.
    var dataLength: Int64 { stretches.reduce(0) { $0 + Int64($1.count) } }

    /// Writes all frames but the last, and returns the digest of the disk's raw bytes.
    func write(to sink: FileDescriptor, isCancelled: () -> Bool) throws -> Digest {
        let hasher = SHA256()
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        var position: Int64 = 0
        func skip(to next: Int64) throws {
            guard next > position else { return }
            try sink.writeAll("zero \(position) \(next - position)\n".utf8)
            try hashZeros(position..<min(next, disk.size), hasher, isCancelled)
            position = next
        }
        for stretch in stretches {
            try skip(to: stretch.lowerBound)
            try sink.writeAll("data \(stretch.lowerBound) \(stretch.count)\n".utf8)
            while position < stretch.upperBound {
                if isCancelled() { throw CancellationError() }
                let count = Int(min(Int64(piece.count), stretch.upperBound - position))
                let stored = Int(min(Int64(count), disk.size - position))
                try piece.withUnsafeMutableBytes { bytes in
                    if stored > 0 {
                        try disk.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<stored]), at: position)
                        hasher.update(UnsafeRawBufferPointer(rebasing: bytes[..<stored]))
                    }
                    if stored < count {
                        UnsafeMutableRawBufferPointer(rebasing: bytes[stored..<count])
                            .initializeMemory(as: UInt8.self, repeating: 0)
                    }
                }
                try sink.writeAll(piece[..<count])
                position += Int64(count)
            }
        }
        try skip(to: end)
        return hasher.finish()
    }

    private func hashZeros(_ range: Range<Int64>, _ hasher: SHA256, _ isCancelled: () -> Bool) throws {
        try Self.zeros.withUnsafeBytes { zeros in
            var position = range.lowerBound
            while position < range.upperBound {
                if isCancelled() { throw CancellationError() }
                let count = Int(min(Int64(zeros.count), range.upperBound - position))
                hasher.update(UnsafeRawBufferPointer(rebasing: zeros[..<count]))
                position += Int64(count)
            }
        }
    }

    private static let zeros = [UInt8](repeating: 0, count: 1 << 18)
}
