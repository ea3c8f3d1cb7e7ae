package import HostSystem
package import SystemPackage

/// A tar archive of plain files, as GNU tar writes it, whose members are read in their place.
///
/// Folders, links and devices in it are passed over. Nothing that it says is trusted: names are only compared, and sizes
/// and counts are bounded.
package struct TarArchive: Sendable {
    private static let longestName = Int64(4096)
    private static let longName = UInt8(ascii: "L")
    private static let longLink = UInt8(ascii: "K")

    /// The names of the plain files, in the archive's order.
    package let names: [String]
    private let places: [String: Range<Int64>]
    private let file: SourceFile

    /// Opens an archive, which may be followed by anything after its end mark.
    ///
    /// - Parameter limit: The most members that are read.
    /// - Throws: ``ImageError`` if the archive is broken or has more members, ``SourceError`` when it cannot be read.
    package init(_ path: FilePath, limit: Int) throws {
        file = try SourceFile(path)
        let archive = FileRegion(file)
        var (names, places): ([String], [String: Range<Int64>]) = ([], [:])
        var (offset, count) = (Int64(0), 0)
        var nextName: String?
        while offset < archive.size, let header = try TarHeader(of: archive, at: offset) {
            let start = offset + Int64(TarHeader.byteCount)
            count += 1
            guard count <= limit else {
                throw archive.error(.unsupported, at: offset, "there are more than \(limit) members in the archive")
            }
            guard archive.holds(header.size, at: start) else {
                throw archive.error(
                    .truncated, at: offset + 124,
                    "a member of \(header.size) bytes is told, and the archive ends before")
            }
            if header.type == Self.longName {
                nextName = try Self.longName(of: archive, at: start, count: header.size)
            } else if header.type != Self.longLink {
                let name = nextName ?? header.name
                nextName = nil
                if header.type == TarHeader.plainFile,
                    places.updateValue(start..<start + header.size, forKey: name) == nil
                {
                    names.append(name)
                }
            }
            offset = (start + header.size).roundedUp(to: Int64(TarHeader.byteCount))
        }
        self.names = names
        self.places = places
    }

    /// A member's bytes; nil if there is none of that name.
    ///
    /// - Throws: ``ImageError`` of kind `unsupported` for one that is longer than `limit`.
    package func bytes(of name: String, limit: ByteCount) throws -> [UInt8]? {
        guard let place = places[name] else { return nil }
        let count = place.upperBound - place.lowerBound
        guard count <= limit.bytes else {
            throw ImageError(
                .unsupported, file.path, at: place.lowerBound,
                "\(name.printable) has \(ByteCount(count)); at most \(limit) are read")
        }
        return try file.bytes(at: place.lowerBound, count: Int(count))
    }

    /// Writes a member into a file of its own.
    package func copy(_ name: String, to path: FilePath) throws {
        guard let place = places[name] else { return }
        let target = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .privateFile)
        try target.closeAfter {
            var offset = place.lowerBound
            while offset < place.upperBound {
                let count = Int(min(1 << 20, place.upperBound - offset))
                _ = try target.writeAll(try file.bytes(at: offset, count: count))
                offset += Int64(count)
            }
        }
    }

    private static func longName(of archive: FileRegion, at offset: Int64, count: Int64) throws -> String {
        guard count <= longestName else {
            throw archive.error(.corrupt, at: offset, "a name of \(count) bytes; no path has more than \(longestName)")
        }
        let bytes = try archive.bytes(at: offset, count: Int(count))
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
