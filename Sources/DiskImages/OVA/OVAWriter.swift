internal import HostSystem

/// Writes an appliance: a tar archive of descriptor, manifest and disk.
///
/// ```text
/// 0   tar header | NAME.ovf, its space filled up with empty lines
///     tar header | NAME.mf, of a known length
///     tar header | NAME.vmdk, written straight to its place
///     zeros to a multiple of 10 KiB, at least 1 KiB
/// ```
///
/// What precedes the disk is written last, when the disk's length, identity and digest are known. DSP0243 wants this order,
/// and ustar.
package final class OVAWriter: ImageWriter {
    private let file: OutputFile
    private let description: OVADescription
    private let size: Int64
    private let places: Places
    private let disk: VMDKWriter

    private static let recordBytes = Int64(10 << 10)

    /// Where the members begin, and how long those before the disk are.
    private struct Places {
        let descriptorBytes: Int
        let manifestBytes: Int
        let header = Int64(TarHeader.byteCount)

        var descriptor: Int64 { header }
        var manifest: Int64 { descriptor + Int64(descriptorBytes).roundedUp(to: header) + header }
        var disk: Int64 { manifest + Int64(manifestBytes).roundedUp(to: header) + header }
    }

    /// A writer of a disk of `size` bytes, a whole number of sectors.
    ///
    /// - Throws: ``ImageError`` of kind `unsupported` if the disk is too large for a VMDK.
    package init(
        _ file: OutputFile, size: Int64, description: OVADescription, encoding: UnitEncoding = .defaultZlib
    ) throws {
        self.file = file
        self.size = size
        self.description = description
        let unknown = Digest.of("")
        let longest = Self.document(
            description, size, diskBytes: DiskGeometry.largestDisk, DiskIdentity(content: unknown))
        let manifest = Self.manifest(description, descriptor: unknown, disk: unknown)
        places = Places(descriptorBytes: longest.utf8.count, manifestBytes: manifest.utf8.count)
        disk = try VMDKWriter(
            file, at: places.disk, size: size, extentName: description.diskName, encoding: encoding)
    }

    package var encoding: UnitEncoding { disk.encoding }

    package func append(_ chunk: borrowing EncodedChunk) throws {
        try disk.append(chunk)
    }

    package func finish(_ identity: DiskIdentity) throws {
        try disk.finish(identity)
        var descriptor = Array(Self.document(description, size, diskBytes: disk.length, identity).utf8)
        descriptor += [UInt8](repeating: UInt8(ascii: "\n"), count: places.descriptorBytes - descriptor.count)
        let manifest = Self.manifest(
            description, descriptor: Digest.of(descriptor), disk: try diskDigest())
        try write(description.descriptorName, Int64(places.descriptorBytes), before: places.descriptor)
        try file.write(descriptor, at: places.descriptor)
        try write(description.manifestName, Int64(places.manifestBytes), before: places.manifest)
        try file.write(Array(manifest.utf8), at: places.manifest)
        try write(description.diskName, disk.length, before: places.disk)
        let end = places.disk + disk.length.roundedUp(to: Int64(TarHeader.byteCount))
        try file.setSize((end + 2 * Int64(TarHeader.byteCount)).roundedUp(to: Self.recordBytes))
    }

    private func write(_ name: String, _ size: Int64, before offset: Int64) throws {
        try file.write(TarHeader(name: name, size: size).bytes, at: offset - Int64(TarHeader.byteCount))
    }

    /// The digest of the disk as it stands in the archive, read once more, since its first sectors are written last.
    private func diskDigest() throws -> Digest {
        let hasher = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var done = Int64(0)
        while done < disk.length {
            let part = UnsafeMutableRawBufferPointer(
                rebasing: buffer[..<Int(min(Int64(buffer.count), disk.length - done))])
            try file.read(into: part, at: places.disk + done)
            hasher.update(UnsafeRawBufferPointer(part))
            done += Int64(part.count)
        }
        return hasher.finish()
    }

    private static func document(
        _ description: OVADescription, _ size: Int64, diskBytes: Int64, _ identity: DiskIdentity
    ) -> String {
        OVFDocument(
            description: description, diskSize: size, diskFile: (description.diskName, diskBytes), identity: identity
        ).text
    }

    private static func manifest(_ description: OVADescription, descriptor: Digest, disk: Digest) -> String {
        OVAManifest(entries: [(description.descriptorName, descriptor), (description.diskName, disk)]).text
    }
}

extension OVADescription {
    /// The names of the archive's members.
    fileprivate var descriptorName: String { name + ".ovf" }
    fileprivate var manifestName: String { name + ".mf" }
    fileprivate var diskName: String { name + ".vmdk" }
}
