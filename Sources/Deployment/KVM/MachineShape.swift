package import HostSystem

/// What a deployed machine is made of, beside its image.
package struct MachineShape: Sendable, Hashable {
    /// Virtual processors.
    package var cpus: Int
    /// Memory.
    package var memory: ByteCount
    /// The size of its disk; nil for that of the image.
    package var disk: ByteCount?
    /// The virtual network of libvirt's that its card is in, or `bridge:NAME`; nil for none.
    package var network: String?
    /// The storage pool of its volumes.
    package var pool: String
    /// The place in ZFS of its image and its disk; nil where those are in the storage pool, too.
    package var store: ZFSPlace?
    /// The disks beside it that outlive it.
    package var data: [DataDisk]
    /// Whether its disk is a whole copy of the image, and no overlay.
    package var isFullCopy: Bool
    /// What executes it: libvirt's type of domain.
    package var executor: Executor

    /// libvirt's types of domains that are made.
    package enum Executor: String, Sendable, Hashable, CaseIterable {
        /// The processor, through /dev/kvm.
        case kvm
        /// QEMU's emulation.
        case qemu
        /// libvirt's test driver, which runs nothing.
        case test
    }

    /// A shape.
    package init(
        cpus: Int = 2, memory: ByteCount = .gibibytes(2), disk: ByteCount? = nil, network: String? = "default",
        pool: String = "default", store: ZFSPlace? = nil, data: [DataDisk] = [], isFullCopy: Bool = false,
        executor: Executor = .kvm
    ) {
        self.cpus = cpus
        self.memory = memory
        self.disk = disk
        self.network = network
        self.pool = pool
        self.store = store
        self.data = data
        self.isFullCopy = isFullCopy
        self.executor = executor
    }

    /// How many processors a machine can have.
    package static let cpuLimits = 1...512
    /// The least memory that a machine can have.
    package static let leastMemory = ByteCount.mebibytes(64)

    /// Makes sure that there can be such machines.
    ///
    /// - Throws: ``MachineShapeError``
    package func check() throws(MachineShapeError) {
        guard Self.cpuLimits.contains(cpus) else { throw .cpus }
        guard memory >= Self.leastMemory else { throw .memory }
        guard store == nil || !isFullCopy else { throw .copyInStore }
        guard data.count <= DataDisk.limit, Set(data.map(\.name)).count == data.count else { throw .data }
    }
}

/// Why there can be no machines of a shape.
package enum MachineShapeError: Error, CustomStringConvertible {
    case cpus, memory, copyInStore, data

    package var description: String {
        switch self {
        case .cpus:
            "cpus must be from \(MachineShape.cpuLimits.lowerBound) to \(MachineShape.cpuLimits.upperBound)"
        case .memory: "memory must be at least \(MachineShape.leastMemory)"
        case .copyInStore: "in a store in ZFS no machine has a full copy of its image; leave one of the two out"
        case .data: "data takes at most \(DataDisk.limit) disks, each of its own name"
        }
    }
}

/// What all machines of one generation of a fleet have in common.
package struct MachineEdition: Sendable, Hashable {
    /// The image.
    package var image: DeployedImage
    /// What they are made of.
    package var shape: MachineShape
    /// The digest of what their seeds tell them, without what is each one's own.
    package var seed: Digest

    /// An edition.
    package init(image: DeployedImage, shape: MachineShape, seed: Digest) {
        self.image = image
        self.shape = shape
        self.seed = seed
    }

    /// The digest of all of it.
    package var fingerprint: Digest {
        let disk = shape.disk.map { "\($0.bytes)" } ?? "-"
        return Digest.of(
            """
            \(image.release.hex) \(image.sha256.hex) \(seed.hex)
            \(shape.cpus) \(shape.memory.bytes) \(disk) \(shape.network ?? "-")
            \(shape.pool) \(shape.isFullCopy) \(shape.executor.rawValue)\(shape.store.map { " \($0)" } ?? "")
            """ + shape.data.map { "\n\($0.name):\($0.size.bytes)" }.joined())
    }
}
