package import SystemPackage

/// One image file that a conversion writes: its format and how.
package enum ImageOutput: Sendable, Hashable {
    case qcow2(UnitEncoding = .defaultZstd)
    case vmdk(UnitEncoding = .defaultZlib)
    case vhd(VHDLayout = .fixed)
    case ova(OVADescription, UnitEncoding = .defaultZlib)
    /// A file, or straight to a block device.
    case raw(device: FilePath? = nil)

    /// The format, which also names the file.
    package var format: ImageFormat {
        switch self {
        case .qcow2: .qcow2
        case .vmdk: .vmdk
        case .vhd: .vhd
        case .ova: .ova
        case .raw: .raw
        }
    }

    /// What may surprise someone who uses such an image of a disk of `size` bytes, in words.
    package func warnings(size: Int64) -> [String] {
        guard case .vhd = self else { return [] }
        return VHD.warnings(size: size).map(\.description)
    }
}

/// The variants of VHD.
package enum VHDLayout: String, Sendable, Hashable, Codable, CaseIterable {
    /// All bytes of the disk, then a footer; what Azure takes.
    case fixed
    /// Only blocks that hold something.
    case dynamic
}
