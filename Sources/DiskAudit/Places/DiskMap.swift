package import DiskImages
internal import Foundation
internal import HostSystem
package import SystemPackage

/// Finds the files that bytes of a disk belong to.
///
/// The programs for this read plain files, so the disk is written out first, as a raw file with holes; it is done only where
/// something was found. Of ext and FAT file systems the file is named, of all others the partition.
package struct DiskMap: Sendable {
    /// Where bytes of a disk belong.
    package struct Location: Sendable, Equatable {
        /// The file, from the root of its own file system; nil if they are in none, or nobody can tell.
        package var path: String?
        /// The partition, the offset on it, and what else is known: `partition 2, offset 8192, in free space`.
        package let place: String
    }

    /// What a file system says of one of its bytes.
    enum Use: Equatable {
        /// A file's, by its path from the file system's root.
        case file(String)
        /// No file's.
        case free
        /// The file system's own: its journal, its folders, or its tables.
        case own(String)
        /// It is not known whose.
        case unknown
    }

    private let scratch: FilePath

    /// A map that is made in a scratch folder in `scratch`, which needs the room of the disk's data.
    package init(scratch: FilePath) {
        self.scratch = scratch
    }

    /// Where bytes of `disk` belong, by their offsets.
    package func locations(of offsets: [Int64], on disk: any DiskReader) async throws -> [Int64: Location] {
        guard !offsets.isEmpty else { return [:] }
        return try await withScratchFolder(in: scratch, prefix: "map") { folder in
            let raw = folder.appending("disk.raw")
            try await RawCopy.write(disk, to: raw)
            return try await locations(of: offsets, inRaw: raw)
        }
    }

    /// Where bytes of the disk in a raw file belong, by their offsets.
    package func locations(of offsets: [Int64], inRaw raw: FilePath) async throws -> [Int64: Location] {
        guard !offsets.isEmpty else { return [:] }
        let disk = try DiskImage.open(raw, as: .raw)
        return try await withScratchFolder(in: scratch, prefix: "map") { folder in
            var locations: [Int64: Location] = [:]
            for partition in try await Partition.all(of: raw) {
                let inside = offsets.filter(partition.range.contains)
                guard !inside.isEmpty else { continue }
                let uses = try await Self.uses(of: inside, in: partition, raw, disk, folder)
                for offset in inside {
                    locations[offset] = Self.location(of: offset, in: partition, uses[offset] ?? .unknown)
                }
            }
            for offset in offsets where locations[offset] == nil {
                locations[offset] = Location(path: nil, place: "outside of all partitions, offset \(offset)")
            }
            return locations
        }
    }

    private static func uses(
        of offsets: [Int64], in partition: Partition, _ raw: FilePath, _ disk: any DiskReader, _ folder: FilePath
    ) async throws -> [Int64: Use] {
        do {
            if let volume = try ExtVolume(of: disk, at: partition.range.lowerBound) {
                return try await volume.uses(of: offsets, on: raw, in: folder)
            }
            if let volume = try FATVolume(of: disk, at: partition.range.lowerBound) {
                return try await volume.uses(of: offsets, on: raw)
            }
        } catch let error as ProgramError {
            // A damaged file system is still a place.
            guard case .notFound = error else { return [:] }
            throw error
        }
        return [:]
    }

    private static func location(of offset: Int64, in partition: Partition, _ use: Use) -> Location {
        let start = "\(partition.name), offset \(offset - partition.range.lowerBound)"
        return switch use {
        case .file(let path): Location(path: path, place: start)
        case .free: Location(path: nil, place: "\(start), in free space")
        case .own(let part): Location(path: nil, place: "\(start), in \(part)")
        case .unknown: Location(path: nil, place: start)
        }
    }
}
