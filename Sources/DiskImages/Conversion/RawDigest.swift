internal import Foundation
internal import HostSystem

/// Computes the digest of the disk's raw bytes, zeros included: a chain that no other core can shorten.
///
/// It therefore waits for nobody and reads the disk by itself, a bounded way ahead of the workers, which then find the same
/// bytes in the page cache; so it goes through the zeros behind the data while the data is still being compressed. It is used
/// from its own thread, and read from another after that has ended.
final class RawDigest: @unchecked Sendable {
    /// The running digest; after the end, of all bytes of the disk.
    let hasher = SHA256()
    private let source: any DiskReader
    private let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: RawDigest.pieceSize, alignment: 4096)
    private var position: Int64 = 0

    /// The digest of a disk.
    init(of source: any DiskReader) {
        self.source = source
    }

    deinit {
        piece.deallocate()
    }

    /// Computes it beside a flow of the same disk.
    func run(beside flow: ChunkFlow) throws {
        var number = 0
        try ChunkPlace.forEach(in: source) { place in
            try flow.awaitLoading(near: number)
            for extent in place.extents {
                try hashZeros(until: extent.lowerBound, flow)
                try hashData(until: extent.upperBound, flow)
            }
            number += 1
        }
        try hashZeros(until: source.size, flow)
        try flow.hashed(until: source.size)
    }

    private func hashData(until end: Int64, _ flow: ChunkFlow) throws {
        while position < end {
            try flow.hashed(until: position)
            let count = Int(min(Int64(piece.count), end - position))
            let bytes = UnsafeMutableRawBufferPointer(rebasing: piece[..<count])
            try source.read(into: bytes, at: position)
            hasher.update(UnsafeRawBufferPointer(bytes))
            position += Int64(count)
        }
    }

    private func hashZeros(until end: Int64, _ flow: ChunkFlow) throws {
        try Self.zeros.withUnsafeBytes { zeros in
            while position < end {
                try flow.hashed(until: position)
                let count = Int(min(Int64(zeros.count), end - position))
                hasher.update(UnsafeRawBufferPointer(rebasing: zeros[..<count]))
                position += Int64(count)
            }
        }
    }

    /// Small enough to stay in the processor's cache.
    private static let pieceSize = 256 << 10
    private static let zeros = [UInt8](repeating: 0, count: pieceSize)
}
