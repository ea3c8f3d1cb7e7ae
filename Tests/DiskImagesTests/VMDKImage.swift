@testable import DiskImages

/// A small stream-optimized VMDK that is made by hand, so that every word of it can be wrong.
///
/// ```text
/// sector 0 header | 1 descriptor | 21 directory | 22 table, 4 sectors | 26 grains …      directory in front
/// ```
struct VMDKImage {
    /// The file's bytes.
    var bytes: [UInt8]

    /// Where things stand.
    static let directory = 21 * 512
    static let table = 22 * 512
    static let firstGrain = 26 * 512

    init(grainSectors: Int = 128, capacity: Int = 1024, grains: [Int: [UInt8]]) {
        var header = VMDKHeader(streamOptimized: Int64(capacity * 512), descriptorSectors: 20, overhead: 26)
        header.directorySector = 21
        header.grainSectors = UInt64(grainSectors)
        bytes = header.bytes
        bytes += VMDKDescriptor.streamOptimized(size: Int64(capacity * 512), cid: 7, extentName: "a.vmdk")
        bytes += [UInt8](repeating: 0, count: Self.firstGrain - bytes.count)
        bytes.setLittle(UInt32(22), at: Self.directory)
        for (index, plain) in grains.sorted(by: { $0.key < $1.key }) {
            bytes.setLittle(UInt32(bytes.count / 512), at: Self.table + 4 * index)
            let stream = plain.withUnsafeBytes { StoredZlib.stream(of: $0) }
            var marker = [UInt8](repeating: 0, count: 12)
            marker.setLittle(UInt64(index * grainSectors), at: 0)
            marker.setLittle(UInt32(stream.count), at: 8)
            bytes += marker + stream
            bytes += [UInt8](repeating: 0, count: bytes.count.roundedUp(to: 512) - bytes.count)
        }
    }

    /// The same file with a text of the descriptor replaced by another of any length.
    func replacing(_ old: String, with new: String) -> VMDKImage {
        var copy = self
        let text = String(decoding: bytes[512..<21 * 512].prefix { $0 != 0 }, as: UTF8.self)
        var descriptor = Array(text.replacing(old, with: new).utf8)
        descriptor += [UInt8](repeating: 0, count: 20 * 512 - descriptor.count)
        copy.bytes.replaceSubrange(512..<21 * 512, with: descriptor)
        return copy
    }

    /// The same file with a word replaced.
    func setting<Word: FixedWidthInteger>(_ word: Word, at offset: Int) -> VMDKImage {
        var copy = self
        copy.bytes.setLittle(word, at: offset)
        return copy
    }
}
