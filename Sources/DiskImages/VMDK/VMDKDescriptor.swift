/// The text inside a VMDK that tells its type, its parent and its extents.
///
/// ```text
/// # Disk DescriptorFile
/// version=1
/// CID=3c1f90d2
/// parentCID=ffffffff
/// createType="streamOptimized"
///
/// # Extent description
/// RW 16777216 SPARSE "disk.vmdk"
///
/// # The Disk Data Base
/// #DDB
///
/// ddb.adapterType = "lsilogic"
/// ```
///
/// "Virtual Disk Format 5.0", section "The Descriptor File".
struct VMDKDescriptor {
    /// The sectors that the specification reserves for it.
    static let sectors = 20
    /// The largest that is read.
    static let limit = 1 << 20
    /// The first line; a file that begins with it is a descriptor alone, whose disk is in other files.
    static let title = "# Disk DescriptorFile"

    /// `createType`, such as `streamOptimized`.
    let createType: String
    /// The one extent's length in sectors.
    let sectors: UInt64

    /// The bytes of the descriptor of a stream-optimized disk, filled up with zeros to its sectors.
    static func streamOptimized(size: Int64, cid: UInt32, extentName: String) -> [UInt8] {
        let sectors = size / Int64(DiskGeometry.sector)
        let (heads, sectorsPerTrack) = geometry(sectors)
        let digits = String(cid, radix: 16)
        let text = """
            \(title)
            version=1
            CID=\(String(repeating: "0", count: 8 - digits.count) + digits)
            parentCID=ffffffff
            createType="streamOptimized"

            # Extent description
            RW \(sectors) SPARSE "\(extentName)"

            # The Disk Data Base
            #DDB

            ddb.adapterType = "lsilogic"
            ddb.geometry.cylinders = "\(max(1, sectors / (heads * sectorsPerTrack)))"
            ddb.geometry.heads = "\(heads)"
            ddb.geometry.sectors = "\(sectorsPerTrack)"
            ddb.toolsInstallType = "4"
            ddb.toolsVersion = "2147483647"
            ddb.virtualHWVersion = "4"

            """
        let bytes = Array(text.utf8)
        return bytes + [UInt8](repeating: 0, count: Self.sectors * DiskGeometry.sector - bytes.count)
    }

    /// The geometry that VMware gives disks on a SCSI adapter: 64 heads of 32 sectors below 1 GiB, 128 of 32 below 2 GiB,
    /// then 255 of 63.
    private static func geometry(_ sectors: Int64) -> (heads: Int64, sectorsPerTrack: Int64) {
        switch sectors {
        case ..<(1 << 21): (64, 32)
        case ..<(1 << 22): (128, 32)
        default: (255, 63)
        }
    }

    /// Reads the descriptor that a header places inside its own file.
    init(of file: FileRegion, _ header: VMDKHeader) throws {
        let start = header.descriptorSector.multipliedReportingOverflow(by: UInt64(DiskGeometry.sector))
        guard header.descriptorSectors > 0 else {
            throw file.error(
                .unsupported, at: 36, "there is no descriptor inside: this is one extent of a disk in several files")
        }
        guard header.descriptorSectors <= UInt64(Self.limit / DiskGeometry.sector) else {
            throw file.error(.corrupt, at: 36, "a descriptor of \(header.descriptorSectors) sectors")
        }
        let count = Int(header.descriptorSectors) * DiskGeometry.sector
        guard !start.overflow, header.descriptorSector > 0, let offset = Int64(exactly: start.partialValue),
            file.holds(Int64(count), at: offset)
        else {
            throw file.error(
                .truncated, at: 28,
                "the descriptor is said to be at sector \(header.descriptorSector), which is outside the file")
        }
        try self.init(text: try file.bytes(at: offset, count: count), of: file, at: offset)
    }

    private init(text: [UInt8], of file: FileRegion, at offset: Int64) throws {
        let lines = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            .split(omittingEmptySubsequences: true) { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
        let values = Self.values(lines)
        guard let type = values["createtype"] else {
            throw file.error(.corrupt, at: offset, "the descriptor has no createType")
        }
        guard ["monolithicSparse", "streamOptimized"].contains(type) else {
            throw file.error(
                .unsupported, at: offset,
                "createType is \(type.printable); monolithicSparse and streamOptimized are read")
        }
        if let parent = values["parentcid"], parent.lowercased() != "ffffffff" {
            let hint = values["parentfilenamehint"].map { " \($0.printable)" } ?? ""
            throw file.error(
                .unsupported, at: offset,
                "this holds only the differences to a parent disk\(hint), and is not read alone")
        }
        createType = type
        sectors = try Self.extent(lines, of: file, at: offset)
    }

    /// What is assigned: `key=value` and `key = "value"`, keys in lower case; the first of each counts.
    private static func values(_ lines: [Substring]) -> [String: String] {
        var values: [String: String] = [:]
        for line in lines where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let key = parts[0].trimmed.lowercased()
            guard values[key] == nil else { continue }
            values[key] = String(parts[1].trimmed.drop { $0 == "\"" }.prefix { $0 != "\"" })
        }
        return values
    }

    /// The length of the only extent, which must be inside this file.
    private static func extent(_ lines: [Substring], of file: FileRegion, at offset: Int64) throws -> UInt64 {
        let extents = lines.compactMap { line -> [Substring]? in
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            return ["RW", "RDONLY", "NOACCESS"].contains(words.first ?? "") ? words : nil
        }
        guard let extent = extents.first, extents.count == 1 else {
            throw file.error(
                extents.isEmpty ? .corrupt : .unsupported, at: offset,
                "the descriptor names \(extents.count) extents; one is read")
        }
        guard extent.count >= 3, extent[0] != "NOACCESS", extent[2] == "SPARSE" else {
            throw file.error(
                .unsupported, at: offset,
                "the extent is \(extent.prefix(3).joined(separator: " ").printable); a SPARSE one is read")
        }
        guard let sectors = UInt64(extent[1]), sectors > 0 else {
            throw file.error(.corrupt, at: offset, "the extent's length is \(String(extent[1]).printable)")
        }
        return sectors
    }
}

extension Substring {
    /// Without blanks at its ends.
    fileprivate var trimmed: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...last]
    }
}
