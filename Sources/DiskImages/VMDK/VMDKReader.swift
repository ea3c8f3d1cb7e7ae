package import SystemPackage

/// Reads a VMDK of one sparse extent: `monolithicSparse`, and `streamOptimized` with the grain directory at the end, as the
/// specification has it, or in front, as QEMU writes it.
///
/// ```text
/// | header | descriptor | directory, tables | grains …                                   monolithicSparse; QEMU's stream
/// | header | descriptor | grains, tables …  | directory | footer | end of stream          streamOptimized
/// ```
///
/// "Virtual Disk Format 5.0" (VMware, 2011).
package final class VMDKReader: DiskReader {
    package let size: Int64
    package let facts: ImageFacts
    private let file: FileRegion
    private let header: VMDKHeader
    private let tables: GrainTables
    private let grainBytes: Int64
    /// The sectors that no grain may claim: the descriptor's.
    private let descriptorSectors: Range<UInt64>
    private let decompressor = Decompressor(.zlib)

    /// Opens a VMDK.
    ///
    /// - Throws: ``ImageError`` if it is broken, or of a kind that is not read; ``SourceError`` when it cannot be read.
    package convenience init(_ path: FilePath) throws {
        try self.init(FileRegion(try SourceFile(path)))
    }

    /// Opens a VMDK that is a file, or a member of an archive.
    package init(_ file: FileRegion) throws {
        try Self.refuseOtherKinds(file)
        var header = try VMDKHeader(of: file, at: 0)
        let descriptor = try VMDKDescriptor(of: file, header)
        descriptorSectors = header.descriptorSector..<header.descriptorSector + header.descriptorSectors
        var headerOffset = Int64(0)
        let isAtEnd = header.directorySector == VMDKHeader.directoryAtEnd
        if isAtEnd { (header, headerOffset) = try Self.footer(of: file, header) }
        self.file = file
        self.header = header
        tables = try GrainTables(of: file, header, at: headerOffset)
        grainBytes = Int64(header.grainSectors) * Int64(DiskGeometry.sector)
        guard descriptor.sectors <= header.capacity, header.capacity - descriptor.sectors < header.grainSectors else {
            throw file.error(
                .corrupt, at: 12,
                "the header tells of \(header.capacity) sectors, the descriptor of \(descriptor.sectors)")
        }
        size = Int64(descriptor.sectors) * Int64(DiskGeometry.sector)
        let isCompressed = header.flags.contains(.compressed)
        let place = isAtEnd ? "at the end" : "in front"
        facts = ImageFacts(
            format: .vmdk,
            layout: "\(descriptor.createType), version \(header.version), grain directory \(place)",
            compression: isCompressed ? "zlib" : nil, clusterSize: Int(grainBytes))
    }

    /// Names the kinds that have no sparse header in front.
    private static func refuseOtherKinds(_ file: FileRegion) throws {
        let start = try file.bytes(at: 0, count: Int(min(file.size, Int64(VMDKDescriptor.title.utf8.count))))
        if start.starts(with: Array("COWD".utf8)) {
            throw file.error(
                .unsupported, at: 0, "this is an extent of ESX's own copy-on-write kind, which is not read")
        }
        if String(decoding: start, as: UTF8.self).lowercased() == VMDKDescriptor.title.lowercased() {
            throw file.error(
                .unsupported, at: 0,
                "this is a descriptor alone, whose disk is in other files; convert it to streamOptimized first")
        }
    }

    /// The footer, which stands before the last sector, the end of the stream, and after a marker.
    private static func footer(of file: FileRegion, _ header: VMDKHeader) throws -> (VMDKHeader, Int64) {
        let sector = Int64(DiskGeometry.sector)
        guard header.flags.contains(.markers) else {
            throw file.error(.corrupt, at: 56, "a grain directory at the end of a file without markers")
        }
        guard file.size >= 4 * sector else {
            throw file.error(.truncated, at: file.size, "the file ends before its footer")
        }
        let offset = file.size - 2 * sector
        try VMDKMarker.require(.endOfStream, sectors: 0, in: file, at: file.size - sector)
        try VMDKMarker.require(.footer, sectors: 1, in: file, at: offset - sector)
        let footer = try VMDKHeader(of: file, at: offset)
        guard header.matches(footer) else {
            throw file.error(.corrupt, at: offset, "the footer tells of another disk than the header")
        }
        return (footer, offset)
    }

    package func extent(at offset: Int64) throws -> Extent {
        let index = offset / grainBytes
        let run = try tables.run(from: index)
        let end = min((index + run.count) * grainBytes, size)
        return Extent(run.isStored ? .data : .zeros, length: end - offset)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        let scratch = GrainScratch(grainBytes: Int(grainBytes))
        var done = 0
        while done < buffer.count {
            let position = offset + Int64(done)
            let index = position / grainBytes
            let skipped = Int(position - index * grainBytes)
            let count = min(buffer.count - done, Int(grainBytes) - skipped)
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count])
            switch try tables.grain(index) {
            case .zeros: target.initializeMemory(as: UInt8.self, repeating: 0)
            case .stored(let sector) where header.flags.contains(.compressed):
                try readCompressed(index, sector, from: skipped, into: target, scratch)
            case .stored(let sector):
                try readPlain(index, sector, from: skipped, into: target)
            }
            done += count
        }
    }

    private func readPlain(
        _ index: Int64, _ sector: UInt32, from skipped: Int, into target: UnsafeMutableRawBufferPointer
    ) throws {
        let start = Int64(sector) * Int64(DiskGeometry.sector)
        let wanted = min(grainBytes, size - index * grainBytes)
        guard !descriptorSectors.contains(UInt64(sector)), file.holds(wanted, at: start) else {
            throw outside(index, sector)
        }
        try file.read(into: target, at: start + Int64(skipped))
    }

    private func readCompressed(
        _ index: Int64, _ sector: UInt32, from skipped: Int, into target: UnsafeMutableRawBufferPointer,
        _ scratch: GrainScratch
    ) throws {
        let stream = try stream(index, sector, scratch)
        guard target.count < Int(grainBytes) else { return try inflate(index, sector, stream, into: target) }
        let plain = scratch.plain
        try inflate(index, sector, stream, into: plain)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: plain[skipped..<skipped + target.count]))
    }

    /// Reads a grain's stream after its marker, in one read if it is of the usual length.
    private func stream(_ index: Int64, _ sector: UInt32, _ scratch: GrainScratch) throws -> UnsafeRawBufferPointer {
        let start = Int64(sector) * Int64(DiskGeometry.sector)
        guard !descriptorSectors.contains(UInt64(sector)), file.holds(Int64(VMDKMarker.grainPrefix), at: start) else {
            throw outside(index, sector)
        }
        let buffer = scratch.packed
        let first = Int(min(Int64(GrainScratch.firstRead), file.size - start))
        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<first]), at: start)
        let address = UInt64(littleEndian: buffer.loadUnaligned(as: UInt64.self))
        let count = Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
        guard address == UInt64(index) * header.grainSectors else {
            throw file.error(
                .corrupt, at: start,
                "the grain here says that it is the disk's sector \(address), and its table that it is "
                    + "\(UInt64(index) * header.grainSectors)")
        }
        let end = VMDKMarker.grainPrefix + count
        guard count > 0, end <= buffer.count else {
            throw file.error(
                .corrupt, at: start + 8, "a compressed grain of \(count) bytes; at most \(buffer.count) are expected")
        }
        guard file.holds(Int64(end), at: start) else {
            throw file.error(.truncated, at: start + 8, "a compressed grain of \(count) bytes ends outside the file")
        }
        if end > first {
            try file.read(
                into: UnsafeMutableRawBufferPointer(rebasing: buffer[first..<end]), at: start + Int64(first))
        }
        return UnsafeRawBufferPointer(rebasing: buffer[VMDKMarker.grainPrefix..<end])
    }

    /// Inflates a whole grain; the disk's last may be stored without what is beyond the disk's end.
    private func inflate(
        _ index: Int64, _ sector: UInt32, _ stream: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws {
        do {
            try decompressor.decompress(stream, into: target)
        } catch {
            let rest = Int(min(size - index * grainBytes, grainBytes))
            if error == .tooShort, rest < target.count,
                (try? decompressor.decompress(stream, into: UnsafeMutableRawBufferPointer(rebasing: target[..<rest])))
                    != nil
            {
                return
            }
            throw file.error(
                .corrupt, at: Int64(sector) * Int64(DiskGeometry.sector) + Int64(VMDKMarker.grainPrefix),
                "grain \(index) is no zlib stream of \(grainBytes) bytes: \(error)")
        }
    }

    private func outside(_ index: Int64, _ sector: UInt32) -> ImageError {
        file.error(
            .truncated, at: tables.entryOffset(of: index),
            "grain \(index) is said to be at sector \(sector), which is outside the file or in its header")
    }
}

/// The memory of one call of ``VMDKReader/read(into:at:)``, taken when it is first needed.
private final class GrainScratch {
    /// What is read of a compressed grain before its length is known; most grains are not longer.
    static let firstRead = 32 << 10

    private let grainBytes: Int
    private var takenForStream: UnsafeMutableRawBufferPointer?
    private var takenForGrain: UnsafeMutableRawBufferPointer?

    init(grainBytes: Int) {
        self.grainBytes = grainBytes
    }

    deinit {
        takenForStream?.deallocate()
        takenForGrain?.deallocate()
    }

    /// For a marker and its stream, which may be a little longer than the grain, never twice as long.
    var packed: UnsafeMutableRawBufferPointer {
        if let takenForStream { return takenForStream }
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(2 * grainBytes, Self.firstRead), alignment: 16)
        takenForStream = memory
        return memory
    }

    /// For a grain of which only a part is wanted.
    var plain: UnsafeMutableRawBufferPointer {
        if let takenForGrain { return takenForGrain }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: grainBytes, alignment: 16)
        takenForGrain = memory
        return memory
    }
}
