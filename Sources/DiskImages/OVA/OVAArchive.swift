internal import HostSystem
package import SystemPackage

/// Reads an appliance: a tar archive with an OVF descriptor and one VMDK, whose disk is read in its place.
///
/// The disk is the only `.vmdk` in the archive, and the descriptor must name it; nothing else is taken from the descriptor
/// for that, so that no XML of others is interpreted. ``machine()`` does, for whoever wants to start the appliance.
package final class OVAArchive: DiskReader {
    /// A file inside the archive.
    package struct Member: Sendable, Hashable {
        /// Its name, without any folder.
        package let name: String
        /// Where its bytes are in the archive.
        package let range: Range<Int64>
    }

    /// The files, in the archive's order.
    package let members: [Member]
    package let facts: ImageFacts
    let file: SourceFile
    private let disk: VMDKReader

    private static let memberLimit = 64
    private static let textLimit = Int64(1) << 20

    /// Opens an appliance.
    ///
    /// - Throws: ``ImageError`` if the archive or its disk is broken, or of a kind that is not read; ``SourceError`` when it cannot be read.
    package init(_ path: FilePath) throws {
        file = try SourceFile(path)
        members = try Self.members(of: FileRegion(file))
        let diskMember = try Self.disk(among: members, of: file)
        disk = try VMDKReader(try Self.region(diskMember, of: file))
        facts = ImageFacts(
            format: .ova, layout: "\(diskMember.name): \(disk.facts.layout)", compression: disk.facts.compression,
            clusterSize: disk.facts.clusterSize)
    }

    package var size: Int64 { disk.size }

    package func extent(at offset: Int64) throws -> Extent {
        try disk.extent(at: offset)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        try disk.read(into: buffer, at: offset)
    }

    /// Compares the digest of every file with the manifest; a manifest must list all but itself and its certificate.
    ///
    /// - Parameter isCancelled: Asked between blocks of 1 MiB.
    /// - Returns: The names of the files that were compared; none if there is no manifest.
    /// - Throws: ``ImageError`` at the first file that differs, `CancellationError`.
    @discardableResult
    package func verifyManifest(isCancelled: () -> Bool = { false }) throws -> [String] {
        guard let member = members.first(where: { $0.name.hasExtension("mf") }) else { return [] }
        let text = try Self.region(member, of: file)
        let manifest = try OVAManifest(of: text, try Self.text(member, of: file))
        var unlisted = Set(members.map(\.name).filter { !$0.hasExtension("mf") && !$0.hasExtension("cert") })
        for (name, digest) in manifest.entries {
            guard let listed = members.first(where: { $0.name == name }) else {
                throw text.error(.corrupt, "the manifest lists \(name.printable), which is not in the archive")
            }
            let found = try self.digest(of: listed, isCancelled)
            guard found == digest else {
                throw ImageError(
                    .corrupt, file.path, at: listed.range.lowerBound,
                    "\(name) has the digest \(found.hex), and the manifest tells \(digest.hex)")
            }
            unlisted.remove(name)
        }
        guard unlisted.isEmpty else {
            throw text.error(.corrupt, "the manifest does not list \(unlisted.sorted().joined(separator: ", "))")
        }
        return manifest.entries.map(\.name)
    }

    private func digest(of member: Member, _ isCancelled: () -> Bool) throws -> Digest {
        let hasher = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var offset = member.range.lowerBound
        while offset < member.range.upperBound {
            if isCancelled() { throw CancellationError() }
            let count = Int(min(Int64(buffer.count), member.range.upperBound - offset))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
            try file.read(into: part, at: offset)
            hasher.update(UnsafeRawBufferPointer(part))
            offset += Int64(count)
        }
        return hasher.finish()
    }
}

extension OVAArchive {
    /// The archive's index. VirtualBox writes no blocks of zeros after the last file, so that the end of the file ends it too.
    private static func members(of archive: FileRegion) throws -> [Member] {
        var members: [Member] = []
        var offset = Int64(0)
        while offset < archive.size, let header = try TarHeader(of: archive, at: offset) {
            try header.requirePlainFile(of: archive, at: offset)
            let start = offset + Int64(TarHeader.byteCount)
            guard archive.holds(header.size, at: start) else {
                throw archive.error(
                    .truncated, at: offset + 124,
                    "'\(header.name)' is said to have \(header.size) bytes, and the archive ends before")
            }
            guard !members.contains(where: { $0.name == header.name }) else {
                throw archive.error(.corrupt, at: offset, "'\(header.name)' is in the archive twice")
            }
            members.append(Member(name: header.name, range: start..<start + header.size))
            guard members.count <= memberLimit else {
                throw archive.error(.unsupported, at: offset, "there are more than \(memberLimit) files in the archive")
            }
            offset = (start + header.size).roundedUp(to: Int64(TarHeader.byteCount))
        }
        return members
    }

    /// The only disk, which the first descriptor must name.
    private static func disk(among members: [Member], of file: SourceFile) throws -> Member {
        guard let descriptor = members.first(where: { $0.name.hasExtension("ovf") }) else {
            throw ImageError(.corrupt, file.path, "there is no .ovf descriptor in the archive")
        }
        let disks = members.filter { $0.name.hasExtension("vmdk") }
        guard let disk = disks.first, disks.count == 1 else {
            throw ImageError(
                .unsupported, file.path,
                "there are \(disks.count) .vmdk disks in the archive; appliances of one are read")
        }
        guard try text(descriptor, of: file).firstRange(of: Array(disk.name.utf8)) != nil else {
            throw ImageError(
                .corrupt, file.path, at: descriptor.range.lowerBound, "\(descriptor.name) does not name \(disk.name)")
        }
        return disk
    }

    static func region(_ member: Member, of file: SourceFile) throws -> FileRegion {
        try FileRegion(file, range: member.range, name: file.path.appending(member.name))
    }

    static func text(_ member: Member, of file: SourceFile) throws -> [UInt8] {
        let region = try region(member, of: file)
        guard region.size <= textLimit else {
            throw region.error(.corrupt, "this has \(region.size) bytes; a text of at most 1 MiB is expected")
        }
        return try region.bytes(at: 0, count: Int(region.size))
    }
}

extension String {
    /// Whether a file's name has an extension, in any case.
    fileprivate func hasExtension(_ expected: String) -> Bool {
        lowercased().hasSuffix("." + expected)
    }
}
