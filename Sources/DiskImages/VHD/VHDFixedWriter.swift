/// Writes a fixed VHD: the disk as it is, what is zero a hole, and a footer.
///
/// ```text
/// | the disk, whole sectors | footer |
/// ```
///
/// Up to the footer it is the same file as the raw one.
package final class VHDFixedWriter: ImageWriter {
    private let file: OutputFile
    private let size: Int64
    private let disk: RawWriter

    /// - Parameter size: The disk's size in bytes.
    /// - Throws: ``ImageError``, if the disk is too large for a VHD.
    package init(_ file: OutputFile, size: Int64) throws {
        try VHD.checkFits(size, in: file.path)
        self.file = file
        self.size = size
        disk = RawWriter(file, size: size)
    }

    package var encoding: UnitEncoding { .plain }

    package func append(_ chunk: borrowing EncodedChunk) throws {
        try disk.append(chunk)
    }

    package func finish(_ identity: DiskIdentity) throws {
        try disk.finish(identity)
        try file.write(footer(identity), at: size)
    }

    /// The 512 bytes that follow the disk.
    package func footer(_ identity: DiskIdentity) -> [UInt8] {
        VHDFooter(
            kind: .fixed, diskSize: UInt64(size), header: VHDFooter.noHeader, uuid: identity.uuid(for: "vhd fixed")
        ).bytes
    }
}
