internal import Synchronization
internal import SystemPackage

/// Reads compressed clusters of a qcow2 image. It may be used from several threads; each takes buffers of its own.
final class QCOW2CompressedClusters: Sendable {
    /// Buffers for one cluster; the plain one remembers what it holds, for readers that ask for a cluster bit by bit.
    /// They are out of `idle` for the length of a call, so that one thread has them at a time.
    private final class Buffers: @unchecked Sendable {
        var packed: [UInt8] = []
        var plain: [UInt8] = []
        var held: Int64?
    }

    private let file: SourceFile
    private let clusterSize: Int
    private let method: Decompressor.Method
    private let decompressor: Decompressor
    private let idle = Mutex<[Buffers]>([])

    init(_ header: QCOW2Header, of file: SourceFile) {
        self.file = file
        clusterSize = header.clusterSize
        method = header.compression == .zstd ? .zstd : .deflate
        decompressor = Decompressor(method)
    }

    /// Fills `buffer` with the bytes of one cluster, from its byte `start` on.
    func read(_ cluster: QCOW2Run.Compressed, from start: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        let buffers = idle.withLock { $0.popLast() } ?? Buffers()
        defer { idle.withLock { $0.append(buffers) } }
        if buffer.count == clusterSize {
            try unpack(cluster, into: buffer, buffers)
            return
        }
        if buffers.held != cluster.offset {
            buffers.held = nil
            if buffers.plain.isEmpty { buffers.plain = [UInt8](repeating: 0, count: clusterSize) }
            try buffers.plain.withUnsafeMutableBytes { try unpack(cluster, into: $0, buffers) }
            buffers.held = cluster.offset
        }
        buffers.plain.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + buffer.count]))
        }
    }

    /// Decompresses a whole cluster; a stream's sectors are at most two clusters long, so the buffer is bounded too.
    private func unpack(
        _ cluster: QCOW2Run.Compressed, into buffer: UnsafeMutableRawBufferPointer, _ buffers: Buffers
    ) throws {
        if buffers.packed.count < cluster.count { buffers.packed = [UInt8](repeating: 0, count: cluster.count) }
        try buffers.packed.withUnsafeMutableBytes { packed in
            let stream = UnsafeMutableRawBufferPointer(rebasing: packed[..<cluster.count])
            try file.read(into: stream, at: cluster.offset)
            do throws(Decompressor.Failure) {
                try decompressor.decompress(UnsafeRawBufferPointer(stream), into: buffer)
            } catch {
                throw ImageError(.corrupt, file.path, at: cluster.offset, reason(error, for: cluster))
            }
        }
    }

    private func reason(_ failure: Decompressor.Failure, for cluster: QCOW2Run.Compressed) -> String {
        let what = "the compressed cluster that the L2 entry at \(cluster.entry) names"
        return switch failure {
        case .malformed: "\(what) is no \(method) stream"
        case .tooLong: "\(what) decompresses to more than a cluster's \(clusterSize) bytes"
        case .tooShort: "\(what) decompresses to less than a cluster's \(clusterSize) bytes"
        }
    }
}
