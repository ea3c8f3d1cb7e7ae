internal import CArchive
internal import DiskImages
internal import Foundation

/// A compressed stream that begins somewhere on a disk: a file, a part of an archive, or a field of a journal.
///
/// libarchive unpacks it: gzip, xz, zstd, bzip2, LZ4, or a file of a ZIP archive. It takes the disk's bytes one after the
/// other, so that a file in pieces is unpacked up to the end of its first piece.
struct CompressedStream {
    /// How a stream ended.
    struct Ending {
        /// The bytes that came out.
        let unpacked: Int64
        /// Whether more would have come out.
        let isCut: Bool
    }

    /// What such streams begin with; each pattern is long enough to be rare by chance.
    static let beginnings = [
        #"\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04][\x00-\x0d\xff]"#,
        #"\xfd7zXZ\x00\x00[\x00\x01\x04\x0a]"#,
        #"\x28\xb5\x2f\xfd[\x00-\x07\x10-\x17\x20-\x27\x30-\x37\x40-\x47\x50-\x57\x60-\x67\x70-\x77\x80-\x87\x90-\x97\xa0-\xa7\xb0-\xb7\xc0-\xc7\xd0-\xd7\xe0-\xe7\xf0-\xf7]"#,
        #"BZh[1-9]1AY&SY"#,
        #"\x04\x22\x4d\x18[\x40-\x7f]"#,
        #"PK\x03\x04[\x0a-\x3f]\x00.{2}[\x00\x08]\x00"#,
    ].map { BytePattern(expression: $0, isBinary: true) }

    /// The disk.
    let disk: any DiskReader
    /// Where it begins.
    let offset: Int64

    /// Hands what comes out to `body`, piece by piece, up to `limit` bytes.
    ///
    /// A stream that is broken gives what came out before; most of the disk's bytes that look like a stream are none.
    func unpack(limit: Int64, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Ending {
        let end = try StreamEnd.find(on: disk, at: offset)
        guard end > offset else { return Ending(unpacked: 0, isCut: false) }
        let archive = archive_read_new()
        defer { archive_read_free(archive) }
        archive_read_support_filter_gzip(archive)
        archive_read_support_filter_xz(archive)
        archive_read_support_filter_zstd(archive)
        archive_read_support_filter_bzip2(archive)
        archive_read_support_filter_lz4(archive)
        archive_read_support_format_raw(archive)
        archive_read_support_format_zip_streamable(archive)
        let source = Source(disk, offset..<end)
        let opened = archive_read_open(
            archive, Unmanaged.passUnretained(source).toOpaque(), nil,
            { _, context, block in
                guard let context, let block else { return -1 }
                return Unmanaged<Source>.fromOpaque(context).takeUnretainedValue().fill(&block.pointee)
            }, nil)
        var unpacked = Int64(0)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { piece.deallocate() }
        var entry: OpaquePointer?
        // Whatever libarchive does not read, other than compressed bytes, would be read again as it is.
        guard opened == ARCHIVE_OK, archive_read_next_header(archive, &entry) >= ARCHIVE_WARN,
            archive_filter_count(archive) > 1 || archive_format(archive) != ARCHIVE_FORMAT_RAW
        else { return try source.ending(unpacked: 0) }
        while true {
            let count = archive_read_data(archive, piece.baseAddress, piece.count)
            guard count > 0 else { return try source.ending(unpacked: unpacked) }
            guard unpacked < limit else { return Ending(unpacked: unpacked, isCut: true) }
            unpacked += Int64(count)
            try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
    }

    /// The disk's bytes from an offset on, in blocks, as libarchive asks for them.
    private final class Source {
        private let disk: any DiskReader
        private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        /// The next block's size; most streams are short, and the first one is small.
        private var size = 8 << 10
        /// Where the next block begins.
        private var next: Int64
        private let end: Int64
        /// Why the disk could not be read.
        private var failure: (any Error)?

        init(_ disk: any DiskReader, _ range: Range<Int64>) {
            self.disk = disk
            next = range.lowerBound
            end = range.upperBound
        }

        deinit {
            block.deallocate()
        }

        /// The end of a stream that gave so many bytes.
        ///
        /// - Throws: Why the disk could not be read, if it could not.
        func ending(unpacked: Int64) throws -> Ending {
            if let failure { throw failure }
            return Ending(unpacked: unpacked, isCut: false)
        }

        /// Reads a block; 0 at the disk's end, -1 where it cannot be read.
        func fill(_ start: inout UnsafeRawPointer?) -> Int {
            let count = Int(min(Int64(size), end - next))
            guard count > 0 else { return 0 }
            size = block.count
            do {
                try disk.read(into: UnsafeMutableRawBufferPointer(rebasing: block[..<count]), at: next)
            } catch {
                failure = error
                return -1
            }
            next += Int64(count)
            start = UnsafeRawPointer(block.baseAddress)
            return count
        }
    }
}
