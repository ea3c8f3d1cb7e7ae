internal import Foundation
internal import HostSystem
package import SystemPackage

/// What `imagefactory inspect` tells of an image.
package struct ImageSummary: Codable, Sendable, Equatable {
    /// One image below an overlay.
    package struct Backing: Codable, Sendable, Equatable {
        /// The file, as the image above names it.
        package let file: String
        /// Its format.
        package let format: ImageFormat
        /// The variant of the format.
        package let layout: String
        /// The size of its disk in bytes.
        package let virtualSize: Int64

        private enum CodingKeys: String, CodingKey {
            case file, format, layout
            case virtualSize = "virtual-size"
        }
    }

    /// The file.
    package let file: String
    /// Its format.
    package let format: ImageFormat
    /// The variant of the format.
    package let layout: String
    /// The size of the disk in bytes.
    package let virtualSize: Int64
    /// The length of the file in bytes.
    package let fileSize: Int64
    /// What the file takes on its file system, in bytes.
    package let diskUsage: Int64
    /// How much of the disk is data, and not zeros that are stored nowhere, in bytes; backing images count too.
    package let allocated: Int64
    /// The method of compression; nil if nothing is compressed.
    package let compression: String?
    /// The bytes of disk that are allocated at a time; nil if the format has no such unit.
    package let clusterSize: Int?
    /// What the image is an overlay of, the nearest first.
    package let backingChain: [Backing]

    private enum CodingKeys: String, CodingKey {
        case file, format, layout, allocated, compression
        case virtualSize = "virtual-size"
        case fileSize = "file-size"
        case diskUsage = "disk-usage"
        case clusterSize = "cluster-size"
        case backingChain = "backing-chain"
    }

    /// Sums up the image at `path`, which `disk` reads.
    ///
    /// - Throws: ``ImageError`` when a table of the image is broken, ``SourceError`` when the file cannot be read.
    package init(of disk: any DiskReader, at path: FilePath) throws {
        let facts = disk.facts
        let source = try SourceFile(path)
        file = path.string
        format = facts.format
        layout = facts.layout
        virtualSize = disk.size
        fileSize = source.size
        diskUsage = try source.diskUsage()
        compression = facts.compression
        clusterSize = facts.clusterSize
        var bytes: Int64 = 0
        try disk.forEachDataExtent(in: 0..<disk.size) { bytes += $0.upperBound - $0.lowerBound }
        allocated = bytes
        backingChain = Self.chain(below: disk)
    }

    private static func chain(below disk: any DiskReader) -> [Backing] {
        var chain: [Backing] = []
        var overlay = disk
        while let file = overlay.facts.backingFile, let below = overlay.backing {
            let facts = below.facts
            chain.append(
                Backing(file: file.string, format: facts.format, layout: facts.layout, virtualSize: below.size))
            overlay = below
        }
        return chain
    }
}

extension ImageSummary: CustomStringConvertible {
    /// A line for each fact, in two columns.
    package var description: String {
        var rows = [
            ("file", file), ("format", "\(format.rawValue), \(layout)"), ("virtual size", Self.text(virtualSize)),
            ("file size", Self.text(fileSize)), ("disk usage", Self.text(diskUsage)),
            ("allocated", Self.text(allocated)), ("compression", compression ?? "none"),
        ]
        if let clusterSize { rows.append(("cluster size", Self.text(Int64(clusterSize)))) }
        rows += backingChain.map {
            ("backing file", "\($0.file) (\($0.format.rawValue), \($0.layout), \(Self.text($0.virtualSize)))")
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { $0.0.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.1 }
            .joined(separator: "\n")
    }

    private static func text(_ bytes: Int64) -> String {
        bytes < 1024 ? "\(bytes) bytes" : "\(bytes) bytes (\(ByteCount(bytes)))"
    }
}
