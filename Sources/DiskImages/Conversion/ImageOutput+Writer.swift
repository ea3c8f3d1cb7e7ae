extension ImageOutput {
    /// Whether the file is the disk's raw bytes, perhaps with something behind them, so that its digest goes on from theirs.
    var beginsWithRawBytes: Bool {
        switch self {
        case .raw, .vhd(.fixed): true
        case .qcow2, .vmdk, .ova, .vhd(.dynamic): false
        }
    }

    /// A writer of the file.
    ///
    /// - Throws: When the format cannot hold a disk of this size.
    func makeWriter(to file: OutputFile, size: Int64, name: String) throws -> any ImageWriter {
        switch self {
        case .qcow2(let encoding): try QCOW2Writer(to: file, size: size, encoding: encoding)
        case .vmdk(let encoding): try VMDKWriter(file, size: size, extentName: name + ".vmdk", encoding: encoding)
        case .vhd(.fixed): try VHDFixedWriter(file, size: size)
        case .vhd(.dynamic): try VHDDynamicWriter(file, size: size)
        case .ova(let description, let encoding):
            try OVAWriter(file, size: size, description: description, encoding: encoding)
        case .raw: RawWriter(file, size: size)
        }
    }
}
