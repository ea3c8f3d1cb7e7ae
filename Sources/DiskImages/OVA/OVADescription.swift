package import HostSystem

/// The machine that an appliance asks for.
package struct OVADescription: Sendable, Hashable {
    /// The firmware that boots the disk.
    package enum Firmware: String, Sendable, Hashable, CaseIterable {
        case bios, efi
    }

    /// What an appliance says of its content, for people.
    package struct Product: Sendable, Hashable {
        /// Its name.
        package let name: String
        /// Its version.
        package let version: String?

        package init(name: String, version: String? = nil) {
            self.name = name
            self.version = version
        }
    }

    /// The machine's name, and that of the files inside the archive without their extensions.
    package let name: String
    /// The number of processors.
    package let cpus: Int
    /// The memory in MiB.
    package let memoryMiB: Int64
    /// The firmware.
    package let firmware: Firmware
    /// The operating system on the disk.
    package let system: GuestSystem
    /// What the appliance is.
    package let product: Product?
    /// A note for people.
    package let annotation: String?

    /// A machine.
    ///
    /// - Throws: ``OVADescriptionError`` if an importer would refuse it.
    package init(
        name: String, cpus: Int = 2, memory: ByteCount = .gibibytes(2), firmware: Firmware = .efi,
        system: GuestSystem = .linux, product: Product? = nil, annotation: String? = nil
    ) throws {
        guard (1...Self.longestName).contains(name.utf8.count), name.utf8.allSatisfy(Self.isAllowed),
            let first = name.first, first.isLetter || first.isNumber
        else { throw OVADescriptionError.name(name) }
        guard 1...128 ~= cpus else { throw OVADescriptionError.cpus(cpus) }
        let mebibyte = ByteCount.mebibytes(1).bytes
        guard 64 * mebibyte...(16 << 20) * mebibyte ~= memory.bytes, memory.bytes % (4 * mebibyte) == 0 else {
            throw OVADescriptionError.memory(memory)
        }
        self.name = name
        self.cpus = cpus
        memoryMiB = memory.bytes / mebibyte
        self.firmware = firmware
        self.system = system
        self.product = product
        self.annotation = annotation
    }

    /// The longest name that still fits a tar header with its extension.
    private static let longestName = 90

    /// What Proxmox allows in the name of a file, without the blank.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".+=_-".utf8.contains(byte)
        }
    }
}

/// A machine that an importer would refuse.
package enum OVADescriptionError: Error, CustomStringConvertible, Equatable {
    /// The name does not do for files inside an archive.
    case name(String)
    /// No machine has so many processors.
    case cpus(Int)
    /// The memory is no amount that every importer takes.
    case memory(ByteCount)

    package var description: String {
        switch self {
        case .name(let name):
            "\(name.printable) cannot name an appliance: use a letter or digit first, then letters, digits and . + = _ -, "
                + "at most 90"
        case .cpus(let cpus): "an appliance with \(cpus) processors; use 1 to 128"
        case .memory(let memory): "an appliance with \(memory) of memory; use a multiple of 4MiB, from 64MiB to 16TiB"
        }
    }
}
