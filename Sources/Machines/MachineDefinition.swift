package import HostSystem
package import SystemPackage

/// What a virtual machine is made of.
package struct MachineDefinition: Sendable {
    /// The bus of the main disk.
    package enum DiskBus: String, Sendable, Codable, CaseIterable {
        case virtio
        case scsi
        case sata

        /// The disk's kernel name in the guest.
        package var device: String { self == .virtio ? "vda" : "sda" }
    }

    /// Where the guest's network card is plugged in.
    package enum Network: Sendable, Hashable {
        /// No network card.
        case none
        /// QEMU's own user-mode network; needs no rights.
        case user
        /// A virtual network of libvirt's.
        case network(String)
        /// A bridge of the host's.
        case bridge(String)
    }

    /// A kernel that QEMU boots directly.
    package struct Kernel: Sendable {
        /// The kernel's file.
        package let image: FilePath
        /// The initial RAM disk's file.
        package let initialDisk: FilePath
        /// The kernel's command line.
        package let arguments: String

        /// A kernel with its initial RAM disk and command line.
        package init(image: FilePath, initialDisk: FilePath, arguments: String) {
            self.image = image
            self.initialDisk = initialDisk
            self.arguments = arguments
        }
    }

    /// The domain's name, unique on the host.
    package var name: String
    /// Virtual processors, of which an emulated machine gets one.
    package var cpus: Int
    /// Memory.
    package var memory: ByteCount
    /// The main disk, a qcow2 file that QEMU may write.
    package var disk: FilePath
    /// The main disk's bus.
    package var diskBus: DiskBus
    /// The network card.
    package var network: Network
    /// A medium in the CD drive (SATA).
    package var cdrom: FilePath?
    /// A raw disk with a seed, read-only, the second virtio disk.
    package var seed: FilePath?
    /// A kernel to boot directly; nil to let the firmware find a loader.
    package var kernel: Kernel?
    /// Whether a reboot of the guest ends the machine.
    package var endsOnReboot: Bool

    /// A machine that boots from its disk.
    package init(
        name: String, cpus: Int, memory: ByteCount, disk: FilePath, diskBus: DiskBus = .virtio, network: Network = .none
    ) {
        self.name = name
        self.cpus = cpus
        self.memory = memory
        self.disk = disk
        self.diskBus = diskBus
        self.network = network
        cdrom = nil
        seed = nil
        kernel = nil
        endsOnReboot = false
    }
}
