internal import CDeflate
internal import CZstd
internal import Synchronization

/// Decompresses units; it may be used from several threads at once, each of which takes a context of its own for a call.
package final class Decompressor: Sendable {
    /// What the bytes are.
    package enum Method: Sendable, Hashable {
        /// A bare deflate stream (RFC 1951).
        case deflate
        /// A zlib stream (RFC 1950).
        case zlib
        /// Zstandard frames (RFC 8878).
        case zstd
    }

    /// Why bytes do not decompress.
    package enum Failure: Error {
        /// They are not a stream of the method.
        case malformed
        /// They decompress to more than the target takes.
        case tooLong
        /// They decompress to less than the target takes.
        case tooShort
    }

    private let method: Method
    private let idle = Mutex<[Context]>([])

    package init(_ method: Method) {
        self.method = method
    }

    /// Fills `target` from the stream that `source` begins with; what follows the stream is ignored, since images know a
    /// compressed unit's length only in whole sectors.
    ///
    /// - Throws: ``Failure``, if the stream is broken or does not fill `target` exactly.
    package func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer)
        throws(Failure)
    {
        let context = idle.withLock { $0.popLast() } ?? Context(method)
        defer { idle.withLock { $0.append(context) } }
        try context.decompress(source, into: target)
    }
}

/// The state of one decompression; it is handed from thread to thread, and used by one at a time.
private final class Context: @unchecked Sendable {
    private enum Library {
        case deflate(OpaquePointer?)
        case zlib(OpaquePointer?)
        case zstd(OpaquePointer?)
    }

    private let library: Library

    init(_ method: Decompressor.Method) {
        switch method {
        case .deflate: library = .deflate(libdeflate_alloc_decompressor())
        case .zlib: library = .zlib(libdeflate_alloc_decompressor())
        case .zstd: library = .zstd(ZSTD_createDCtx())
        }
    }

    deinit {
        switch library {
        case .deflate(let context), .zlib(let context): libdeflate_free_decompressor(context)
        case .zstd(let context): ZSTD_freeDCtx(context)
        }
    }

    func decompress(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(Decompressor.Failure) {
        switch library {
        case .deflate(let context):
            var used = 0
            var filled = 0
            try check(
                libdeflate_deflate_decompress_ex(
                    context, source.baseAddress, source.count, target.baseAddress, target.count, &used, &filled),
                filled: filled, of: target.count)
        case .zlib(let context):
            var used = 0
            var filled = 0
            try check(
                libdeflate_zlib_decompress_ex(
                    context, source.baseAddress, source.count, target.baseAddress, target.count, &used, &filled),
                filled: filled, of: target.count)
        case .zstd(let context):
            try decompressFrames(source, into: target, context)
        }
    }

    private func check(
        _ result: libdeflate_result, filled: Int, of wanted: Int
    ) throws(Decompressor.Failure) {
        switch result {
        case LIBDEFLATE_SUCCESS where filled == wanted: return
        case LIBDEFLATE_SUCCESS, LIBDEFLATE_SHORT_OUTPUT: throw .tooShort
        case LIBDEFLATE_INSUFFICIENT_SPACE: throw .tooLong
        default: throw .malformed
        }
    }

    /// QEMU streams a unit as one frame; frames until the target is full are taken, as its own reader does.
    private func decompressFrames(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, _ context: OpaquePointer?
    ) throws(Decompressor.Failure) {
        ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
        var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        while output.pos < output.size {
            let before = (input.pos, output.pos)
            let result = ZSTD_decompressStream(context, &output, &input)
            guard ZSTD_isError(result) == 0 else { throw .malformed }
            guard (input.pos, output.pos) != before else { throw .tooShort }
        }
    }
}
