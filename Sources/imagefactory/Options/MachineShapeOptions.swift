internal import ArgumentParser
internal import Deployment
internal import HostSystem
internal import Machines
internal import SystemPackage

/// Options that say what deployed machines are made of, and what they are told.
struct MachineShapeOptions: ParsableArguments {
    @Option(help: "Processors of each machine.")
    var cpus = 2

    @Option(help: "Memory of each machine: 2GiB, 512MiB.")
    var memory = ByteCount.gibibytes(2)

    @Option(help: "The size that each machine's disk is grown to (default: that of the image).")
    var disk: ByteCount?

    @Option(help: "The network: one of libvirt's, bridge:NAME, or none.")
    var network = "default"

    @Option(help: "The storage pool for images, disks and seeds; with --store for seeds alone.")
    var pool = "default"

    @Option(
        help: """
            Keep the image and the disks in ZFS, at zfs:POOL/DATASET of the host, and not in the storage pool; \
            zfs:USER@HOST:POOL/DATASET where --connect is not by ssh.
            """)
    var store: ZFSPlace?

    @Option(
        help: """
            A disk of each machine that outlives it, NAME:SIZE, such as db:20GiB; the machine that takes its place gets \
            it. May be repeated.
            """)
    var data: [DataDisk] = []

    @Flag(help: "Give each machine a whole copy of the image in place of an overlay.")
    var fullCopy = false

    @Option(help: "What executes the machines: auto, kvm or tcg (emulation).")
    var accelerator: AcceleratorRequest = .auto

    @Option(
        name: .customLong("ssh-key"),
        help: "A file of public keys that the image's usual user lets in. May be repeated.")
    var keys: [String] = []

    @Option(help: "A file of cloud-init's user-data.")
    var userData: String?

    @Option(help: "A file of cloud-init's network configuration (default: DHCP).")
    var networkConfig: String?

    func validate() throws {
        do {
            try shape.check()
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// The shape of machines, whatever executes them.
    private var shape: MachineShape {
        MachineShape(
            cpus: cpus, memory: memory, disk: disk, network: network == "none" ? nil : network, pool: pool,
            store: store, data: data, isFullCopy: fullCopy)
    }

    /// The shape of machines on a host.
    func shape(on host: KVMHost) async throws -> MachineShape {
        var shape = shape
        shape.executor = try await .choose(accelerator, on: host)
        return shape
    }

    /// What the machines are told.
    func seed() throws -> CloudSeed {
        CloudSeed(
            keys: try keys.flatMap { try CloudSeed.keys(in: FilePath($0)) }, userData: try text(userData),
            networkConfiguration: try text(networkConfig))
    }

    private func text(_ file: String?) throws -> String? {
        try file.map { try FilePath($0).readText(limit: CloudSeed.userDataLimit) }
    }
}

extension DataDisk: ExpressibleByArgument {
    init?(argument: String) {
        self.init(argument)
    }
}
