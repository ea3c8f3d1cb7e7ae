package import SystemPackage

/// The disk inside a VHD, fixed or dynamic.
///
/// In a block of a dynamic image, sectors whose bit is clear read as zero, whatever stands there.
package struct VHDReader: DiskReader {
    private enum Layout {
        case fixed
        case dynamic(VHDBlockTable)
    }

    private let file: SourceFile
    private let layout: Layout

    package let size: Int64

    package var facts: ImageFacts {
        switch layout {
        case .fixed: ImageFacts(format: .vhd, layout: "fixed")
        case .dynamic(let table): ImageFacts(format: .vhd, layout: "dynamic", clusterSize: Int(table.blockSize))
        }
    }

    /// - Throws: ``SourceError`` when `path` cannot be opened, ``ImageError`` when it is no VHD, or a broken or differencing one.
    package init(_ path: FilePath) throws {
        try self.init(file: SourceFile(path))
    }

    /// The disk in an open file.
    package init(file: SourceFile) throws {
        let footer = try Self.footer(of: file)
        self.file = file
        size = Int64(footer.diskSize)
        switch footer.kind {
        case .fixed:
            guard size <= file.size - Int64(VHDFooter.size) else {
                throw ImageError(
                    .truncated, file.path, at: file.size - Int64(VHDFooter.size) + 48,
                    "the disk has \(size) bytes, and only \(file.size - Int64(VHDFooter.size)) stand before the footer")
            }
            layout = .fixed
        case .dynamic:
            layout = .dynamic(try Self.table(footer, in: file))
        case .differencing:
            throw ImageError(
                .unsupported, file.path, at: file.size - Int64(VHDFooter.size) + 60,
                "this is a differencing disk, which holds only what differs from another; merge the two first")
        }
    }

    package func extent(at offset: Int64) throws -> Extent {
        switch layout {
        case .fixed:
            let extent = try file.extent(at: offset)
            return Extent(extent.content, length: min(extent.length, size - offset))
        case .dynamic(let table):
            let stretch = try stretch(at: offset, in: table)
            guard let place = stretch.place else { return Extent(.zeros, length: stretch.length) }
            let extent = try file.extent(at: place)
            return Extent(extent.content, length: min(extent.length, stretch.length))
        }
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        guard case .dynamic(let table) = layout else { return try file.read(into: buffer, at: offset) }
        var done = 0
        while done < buffer.count {
            let stretch = try stretch(at: offset + Int64(done), in: table)
            let end = min(buffer.count, done + Int(stretch.length))
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<end])
            if let place = stretch.place {
                try file.read(into: target, at: place)
            } else {
                target.initializeMemory(as: UInt8.self, repeating: 0)
            }
            done = end
        }
    }
}

extension VHDReader {
    /// Whether a file is a fixed VHD: it ends with a footer that is whole, and tells of just what stands before it. Less
    /// would be found too in a raw disk whose last file is a VHD.
    static func isFixed(_ file: SourceFile) throws -> Bool {
        let end = file.size - Int64(VHDFooter.size)
        guard end >= 0 else { return false }
        let bytes = try file.bytes(at: end, count: VHDFooter.size)
        guard let footer = try? VHDFooter(bytes) else { return false }
        return footer.kind == .fixed && footer.diskSize == UInt64(end)
    }

    /// The footer, checked as far as every kind of disk needs it.
    private static func footer(of file: SourceFile) throws -> VHDFooter {
        let size = Int64(VHDFooter.size)
        guard file.size >= size else {
            throw ImageError(.truncated, file.path, "\(file.size) bytes are too few for a VHD's footer")
        }
        let bytes = try file.bytes(at: file.size - size, count: VHDFooter.size)
        if !VHDFooter.hasCookie(bytes), VHDFooter.hasCookie(try file.bytes(at: 0, count: VHDFooter.size)) {
            throw ImageError(
                .truncated, file.path, at: file.size - size,
                "the footer is missing, and only its copy at the start is there: the end of the file was lost")
        }
        let footer = try parse(VHDFooter.init, bytes, at: file.size - size, in: file)
        guard footer.diskSize <= UInt64(VHD.largestDisk), footer.diskSize % UInt64(DiskGeometry.sector) == 0 else {
            throw ImageError(
                .corrupt, file.path, at: file.size - size + 48,
                "the disk has \(footer.diskSize) bytes, which is no whole number of sectors up to 2040 GiB")
        }
        return footer
    }

    /// The block table of a dynamic image, whose footer and its copy must agree.
    private static func table(_ footer: VHDFooter, in file: SourceFile) throws -> VHDBlockTable {
        let first = try file.bytes(at: 0, count: VHDFooter.size)
        let copy = try parse(VHDFooter.init, first, at: 0, in: file)
        guard copy == footer else {
            throw ImageError(
                .corrupt, file.path, at: 0, "the footer's copy at the start tells of another disk than the footer")
        }
        guard footer.header <= UInt64(file.size), file.size - Int64(footer.header) >= Int64(VHDDynamicHeader.size)
        else {
            throw ImageError(
                .truncated, file.path, at: 16,
                "the dynamic disk header at byte \(footer.header) is not inside the file of \(file.size)")
        }
        let offset = Int64(footer.header)
        let bytes = try file.bytes(at: offset, count: VHDDynamicHeader.size)
        let header = try parse(VHDDynamicHeader.init, bytes, at: offset, in: file)
        return try VHDBlockTable(header, at: offset, diskSize: Int64(footer.diskSize), in: file)
    }

    private static func parse<Part>(
        _ parse: ([UInt8]) throws(VHDFooter.Defect) -> Part, _ bytes: [UInt8], at offset: Int64, in file: SourceFile
    ) throws -> Part {
        do {
            return try parse(bytes)
        } catch {
            throw ImageError(.corrupt, file.path, at: offset + error.offset, error.reason)
        }
    }

    /// The stretch of a dynamic disk that begins at `offset`: where its bytes stand in the file, or nowhere if they are
    /// zeros. It ends no later than its block, but where several blocks are zeros.
    private func stretch(at offset: Int64, in table: VHDBlockTable) throws -> (place: Int64?, length: Int64) {
        let sector = Int64(DiskGeometry.sector)
        var index = Int(offset / table.blockSize)
        guard let block = table[index] else {
            repeat { index += 1 } while index < table.count && table[index] == nil
            return (nil, min(Int64(index) * table.blockSize, size) - offset)
        }
        let start = Int64(index) * table.blockSize
        let sectors = (min(start + table.blockSize, size) - start) / sector
        let firstByte = (offset - start) / sector / 8
        let bitmap = try file.bytes(
            at: block + firstByte, count: Int(min(sectors.dividedRoundingUp(by: 8) - firstByte, sector)))
        let first = Int((offset - start) / sector - firstByte * 8)
        let run = bitmap.runOfBits(from: first, limit: Int(sectors - firstByte * 8))
        let length = (firstByte * 8 + Int64(run.end)) * sector - (offset - start)
        return (run.isSet ? block + table.bitmapSize + offset - start : nil, length)
    }
}

extension [UInt8] {
    /// The run of equal bits that begins at bit `first`, and ends at `limit` or the last bit; the highest bit of a byte is
    /// its first.
    fileprivate func runOfBits(from first: Int, limit: Int) -> (isSet: Bool, end: Int) {
        func bit(_ index: Int) -> Bool { self[index / 8] & (0x80 >> UInt8(index % 8)) != 0 }
        let isSet = bit(first)
        let whole: UInt8 = isSet ? 0xFF : 0
        let limit = Swift.min(limit, count * 8)
        var end = first + 1
        while end < limit {
            if end % 8 == 0, self[end / 8] == whole {
                end += 8
            } else if bit(end) == isSet {
                end += 1
            } else {
                break
            }
        }
        return (isSet, Swift.min(end, limit))
    }
}
