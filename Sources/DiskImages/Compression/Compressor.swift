internal import CDeflate
internal import CZlib
internal import CZstd

/// Compresses units, one at a time, by one method. It belongs to one thread.
package final class Compressor {
    private enum Context {
        case zstd(OpaquePointer, level: Int32)
        case libdeflate(OpaquePointer)
        case zlib(UnsafeMutablePointer<z_stream>)
    }

    private let context: Context

    /// A compressor for an encoding; nil for ``UnitEncoding/plain``, which needs none.
    ///
    /// libdeflate is the fastest deflate of its ratio, but always looks back 32 KiB; where 4 KiB is the limit, zlib is used.
    package init?(_ encoding: UnitEncoding) {
        switch encoding {
        case .plain: return nil
        case .zstd(let level):
            guard let context = ZSTD_createCCtx() else { return nil }
            self.context = .zstd(context, level: Int32(level))
        case .zlib(let level):
            guard let context = libdeflate_alloc_compressor(Int32(level)) else { return nil }
            self.context = .libdeflate(context)
        case .deflate(let level):
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            stream.initialize(to: z_stream())
            let windowOf4KiB = Int32(-12)
            guard imagefactory_deflateInit2(stream, Int32(level), windowOf4KiB, 9) == Z_OK else {
                stream.deallocate()
                return nil
            }
            self.context = .zlib(stream)
        }
    }

    deinit {
        switch context {
        case .zstd(let context, _): ZSTD_freeCCtx(context)
        case .libdeflate(let context): libdeflate_free_compressor(context)
        case .zlib(let stream):
            deflateEnd(stream)
            stream.deallocate()
        }
    }

    /// Compresses `source` into `target`.
    ///
    /// - Returns: The number of bytes written; nil if they do not fit.
    package func compress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int? {
        switch context {
        case .zstd(let context, let level):
            let count = ZSTD_compressCCtx(
                context, target.baseAddress, target.count, source.baseAddress, source.count, level)
            return ZSTD_isError(count) == 0 ? count : nil
        case .libdeflate(let context):
            let count = libdeflate_zlib_compress(
                context, source.baseAddress, source.count, target.baseAddress, target.count)
            return count > 0 ? count : nil
        case .zlib(let stream):
            deflateReset(stream)
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(source.count)
            stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(target.count)
            return deflate(stream, Z_FINISH) == Z_STREAM_END ? Int(stream.pointee.total_out) : nil
        }
    }
}
