internal import SystemPackage

/// The words of a qcow2 header while they are checked; each check names the byte it failed at.
struct QCOW2HeaderFields {
    /// The image.
    let file: SourceFile
    /// The header's first 72 bytes, which both versions have.
    let bytes: [UInt8]

    /// The word at `offset`, within the first 72 bytes.
    func word<Word: FixedWidthInteger>(at offset: Int) -> Word {
        bytes.big(at: offset)
    }

    /// An error about the word at `offset`.
    func error(_ kind: ImageError.Kind, at offset: Int, _ reason: String) -> ImageError {
        ImageError(kind, file.path, at: Int64(offset), reason)
    }

    /// The disk's size, in whole sectors.
    func diskSize() throws -> Int64 {
        let size: UInt64 = word(at: 24)
        guard size <= UInt64(DiskGeometry.largestDisk) else {
            throw error(
                .unsupported, at: 24, "the disk has \(size) bytes; at most \(DiskGeometry.largestDisk) are read")
        }
        return Int64(size) / Int64(DiskGeometry.sector) * Int64(DiskGeometry.sector)
    }

    func refuseEncryption() throws {
        let method: UInt32 = word(at: 32)
        guard method == 0 else {
            throw error(.unsupported, at: 32, "the image is encrypted (method \(method)), which is not read")
        }
    }

    /// The length of a version 3 header.
    func headerLength(clusterSize: Int) throws -> Int {
        let length: UInt32 = try file.bytes(at: 100, count: 4).big(at: 0)
        guard (104...UInt32(clusterSize)).contains(length), length % 8 == 0 else {
            throw error(
                .corrupt, at: 100,
                "the header is \(length) bytes long; a multiple of 8 from 104 to a cluster's \(clusterSize) is expected"
            )
        }
        return Int(length)
    }

    /// Checks the feature words of version 3, and gives the method of compression.
    func features(headerLength: Int) throws -> QCOW2Header.Compression {
        typealias Feature = QCOW2Header.Incompatible
        let extra = try file.bytes(at: 72, count: headerLength >= 112 ? 40 : 32)
        let features: UInt64 = extra.big(at: 0)
        let refused: [(UInt64, ImageError.Kind, String)] = [
            (Feature.corrupt, .corrupt, "the image is marked as corrupt; 'qemu-img check -r all' may repair it"),
            (Feature.dataFile, .unsupported, "the data is in an external data file, which is not read"),
            (Feature.extendedL2, .unsupported, "the image has extended L2 entries (subclusters), which are not read"),
        ]
        for (bit, kind, reason) in refused where features & bit != 0 { throw error(kind, at: 72, reason) }
        let unknown = features & ~(Feature.dirty | Feature.compressionType)
        guard unknown == 0 else {
            throw error(
                .unsupported, at: 72,
                "the image needs features that are not known here: 0x\(String(unknown, radix: 16))")
        }
        let order: UInt32 = extra.big(at: 24)
        guard order <= 6 else {
            throw error(
                .corrupt, at: 96, "reference counts have 2 to the power of \(order) bits; at most 6 is expected")
        }
        let type = extra.count > 32 ? extra[32] : 0
        guard let compression = QCOW2Header.Compression(rawValue: type) else {
            throw error(.unsupported, at: 104, "compression type \(type) is not read, only 0 (zlib) and 1 (zstd)")
        }
        guard (compression != .zlib) == (features & Feature.compressionType != 0) else {
            throw error(.corrupt, at: 104, "compression type \(type) contradicts the feature bits, where bit 3 says it")
        }
        return compression
    }

    /// Where the L1 table stands, and how many of its entries the disk needs.
    func l1Table(clusterBits: Int) throws -> (offset: Int64, count: Int) {
        let count: UInt32 = word(at: 36)
        let offset: UInt64 = word(at: 40)
        let needed = try diskSize().dividedRoundingUp(by: Int64(1) << (2 * clusterBits - 3))
        guard Int(count) * 8 <= QCOW2Header.largestL1 else {
            throw error(
                .corrupt, at: 36,
                "the L1 table has \(count) entries; at most \(QCOW2Header.largestL1 / 8) are expected")
        }
        guard needed <= Int64(count) else {
            throw error(.corrupt, at: 36, "the L1 table has \(count) entries, and the disk's size asks for \(needed)")
        }
        guard needed > 0 else { return (0, 0) }
        guard offset % (1 << clusterBits) == 0 else {
            throw error(.corrupt, at: 40, "the L1 table's offset \(offset) is no multiple of the cluster size")
        }
        guard offset > 0 else { throw error(.corrupt, at: 40, "the L1 table overlaps the header") }
        guard offset <= UInt64(file.size), needed * 8 <= file.size - Int64(offset) else {
            throw error(
                .truncated, at: 40,
                "the L1 table of \(needed * 8) bytes at \(offset) ends outside the file, which has \(file.size)")
        }
        return (Int64(offset), Int(needed))
    }

    /// The backing file's name, with its format from the header extensions.
    func backing(headerLength: Int, clusterSize: Int) throws -> QCOW2Header.Backing? {
        let offset: UInt64 = word(at: 8)
        let length: UInt32 = word(at: 16)
        let isNamed = offset != 0 && length != 0
        guard !isNamed || length <= QCOW2Header.longestBackingName else {
            throw error(
                .corrupt, at: 16,
                "the backing file's name has \(length) bytes; at most \(QCOW2Header.longestBackingName) are expected")
        }
        guard !isNamed || offset >= headerLength && offset <= clusterSize - Int(length) else {
            throw error(
                .corrupt, at: 8, "the backing file's name at \(offset) is not between the header and its cluster's end")
        }
        let end = min(Int64(isNamed ? Int(offset) : clusterSize), file.size)
        let format = try backingFormat(in: Int64(headerLength)..<max(end, Int64(headerLength)))
        guard isNamed else { return nil }
        let name = try file.bytes(at: Int64(offset), count: Int(length))
        guard !name.contains(0) else {
            throw error(.corrupt, at: Int(offset), "the backing file's name has a zero byte")
        }
        return QCOW2Header.Backing(name: name, format: format, offset: Int64(offset))
    }

    /// Walks the header extensions: finds the backing file's format, and refuses what means another layout.
    ///
    /// ```text
    /// | type u32 | length u32 | data | 0…7 bytes of padding |   again and again, until type 0 or the area's end
    /// ```
    private func backingFormat(in area: Range<Int64>) throws -> String? {
        typealias Label = QCOW2Header.ExtensionType
        var format: String?
        var offset = area.lowerBound
        while offset + 8 <= area.upperBound {
            let head = try file.bytes(at: offset, count: 8)
            let label: UInt32 = head.big(at: 0)
            let length: UInt32 = head.big(at: 4)
            if label == Label.end { break }
            guard Int64(length) <= area.upperBound - offset - 8 else {
                throw ImageError(
                    .corrupt, file.path, at: offset + 4,
                    "a header extension of \(length) bytes reaches beyond \(area.upperBound), where the area ends")
            }
            switch label {
            case Label.backingFormat:
                format = String(decoding: try file.bytes(at: offset + 8, count: Int(length)), as: UTF8.self)
            case Label.dataFile, Label.encryption:
                throw ImageError(
                    .unsupported, file.path, at: offset,
                    "a header extension says that data is encrypted or in another file, which is not read")
            default: break
            }
            offset += 8 + Int64(length).roundedUp(to: 8)
        }
        return format
    }
}
