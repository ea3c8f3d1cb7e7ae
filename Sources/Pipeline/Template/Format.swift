internal import HostSystem

extension Template {
    /// A format in which the image is written, with its options; a level that is nil is left to the converter.
    package enum Format: Sendable, Hashable {
        case qcow2(Compression = .zstd(level: nil))
        case vmdk(level: Int? = nil)
        case vhd(VHDLayout = .fixed)
        case ova(level: Int? = nil)
        case raw

        /// A format's name, which is also the extension of its files.
        package enum Name: String, Sendable, CaseIterable, Codable {
            case qcow2, vmdk, vhd, ova, raw
        }

        /// How a qcow2 file's data is packed.
        package enum Compression: Sendable, Hashable {
            /// Zstandard, which QEMU reads since version 5.1, of 2020.
            case zstd(level: Int?)
            /// Deflate, which every version of QEMU reads.
            case zlib(level: Int?)
            /// Not at all.
            case none
        }

        /// How a VHD file stores its disk.
        package enum VHDLayout: String, Sendable, CaseIterable, Codable {
            /// All of it; what Azure takes.
            case fixed
            /// Only the blocks that hold something.
            case dynamic
        }

        /// A format with the usual options.
        package init(_ name: Name) {
            self =
                switch name {
                case .qcow2: .qcow2()
                case .vmdk: .vmdk()
                case .vhd: .vhd()
                case .ova: .ova()
                case .raw: .raw
                }
        }

        /// The format's name.
        package var name: Name {
            switch self {
            case .qcow2: .qcow2
            case .vmdk: .vmdk
            case .vhd: .vhd
            case .ova: .ova
            case .raw: .raw
            }
        }
    }

    /// Makes the image in these formats instead; those that the template names keep the options that it gives them.
    package mutating func replaceFormats(by names: [Format.Name]) {
        formats = names.map { name in formats.first { $0.name == name } ?? Format(name) }
    }

    /// Why this machine's disk cannot be written in a format, and what to do; nil if it can.
    package func obstacle(to format: Format.Name) -> (reason: String, suggestion: String)? {
        switch format {
        case .vhd where machine.disk > .gibibytes(2040):
            return ("a VHD holds at most 2040GiB, and the disk has \(machine.disk)", "make the disk smaller")
        case .ova where machine.cpus > 128:
            return ("no importer of an OVA takes \(machine.cpus) processors", "give the machine at most 128")
        case .ova where machine.memory.bytes % ByteCount.mebibytes(4).bytes != 0:
            return (
                "not every importer of an OVA takes memory that is no multiple of 4MiB", "round the machine's memory"
            )
        case .qcow2, .vmdk, .vhd, .ova, .raw: return nil
        }
    }
}
