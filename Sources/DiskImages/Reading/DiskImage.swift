package import SystemPackage

/// Opens image files of every format.
///
/// What an image holds can be written by whoever used the disk: a guest can give its raw disk the first or last sector of
/// another format. So where the format is known, as it is for what was written here, it is named, and not recognised.
package enum DiskImage {
    /// Opens the disk in an image file or block device.
    ///
    /// - Parameters:
    ///   - format: The file's format; recognised from its content if nil.
    ///   - backing: Which backing files are followed, if it is an overlay.
    /// - Throws: ``SourceError`` when it cannot be opened, ``ImageError`` when it is broken, or of a kind that is not read.
    package static func open(
        _ path: FilePath, as format: ImageFormat? = nil, backing: BackingPolicy = .folder
    ) throws -> any DiskReader {
        switch try format ?? recognize(SourceFile(path)) {
        case .qcow2: try QCOW2Reader(path, backing: backing) { try open($0, as: $1, backing: .none) }
        case .vmdk: try VMDKReader(path)
        case .vhd: try VHDReader(path)
        case .ova: try OVAArchive(path)
        case .raw: try RawReader(path)
        }
    }

    /// The format that a file's content tells. Raw, which has no sign of its own, is what is left.
    ///
    /// - Throws: ``ImageError`` of kind `unknownFormat` for what is known to be no disk as it is: an image of a format that
    ///   is not read, a compressed file, another archive.
    package static func recognize(_ file: SourceFile) throws -> ImageFormat {
        let start = try file.bytes(at: 0, count: Int(min(file.size, Int64(DiskGeometry.sector))))
        if let format = knownStarts.first(where: { start.starts(with: $0.bytes) })?.format { return format }
        if let name = foreignStarts.first(where: { start.starts(with: $0.bytes) })?.name {
            throw ImageError(
                .unknownFormat, file.path, at: 0,
                "this is \(name), which is not read; a disk that only looks like one must be named as raw")
        }
        if start.dropFirst(257).starts(with: "ustar".utf8) {
            let first = String(decoding: start.prefix(100).prefix { $0 != 0 }, as: UTF8.self)
            guard FilePath(first).extension?.lowercased() == "ovf" else {
                throw ImageError(
                    .unknownFormat, file.path, at: 0,
                    "this is a tar archive that does not begin with an .ovf file, as an OVA does")
            }
            return .ova
        }
        return try VHDReader.isFixed(file) ? .vhd : .raw
    }

    /// What files of a format begin with.
    private static let knownStarts: [(bytes: [UInt8], format: ImageFormat)] = [
        ([0x51, 0x46, 0x49, 0xFB], .qcow2),
        (Array("KDMV".utf8), .vmdk),
        (Array("COWD".utf8), .vmdk),
        (Array("# Disk DescriptorFile".utf8), .vmdk),
        (VHDFooter.cookie, .vhd),
    ]

    /// What other files begin with that someone might take for a disk.
    private static let foreignStarts: [(bytes: [UInt8], name: String)] = [
        (Array("vhdxfile".utf8), "a VHDX image"),
        (Array("<<< ".utf8), "a VirtualBox (VDI) image"),
        (Array("QED\0".utf8), "a QED image"),
        ([0x1F, 0x8B, 0x08], "a file compressed by gzip"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "a file compressed by xz"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a file compressed by zstd"),
        (Array("BZh".utf8), "a file compressed by bzip2"),
        (Array("PK\u{3}\u{4}".utf8), "a ZIP archive"),
    ]
}
