internal import DiskImages
internal import Foundation
internal import FoundationXML
internal import HostSystem
package import Libvirt
internal import SystemPackage

/// A host with libvirt, and the machines on it that are ours.
///
/// A machine's domain is defined before its volumes are made, and undefined after they are gone: whatever is left of a
/// process that was killed is found by its domain. Nothing without our element in its definition is ever touched.
package struct KVMHost: Sendable {
    /// libvirt.
    package let connection: Connection
    /// Takes lines for people.
    package var report: @Sendable (String) -> Void
    /// How long a guest has to end in an orderly way before its power is cut.
    package var shutdownDeadline = Self.usualShutdownDeadline

    /// How long guests usually have.
    package static let usualShutdownDeadline: Duration = .seconds(30)

    /// A host.
    package init(_ connection: Connection, report: @escaping @Sendable (String) -> Void = { _ in }) {
        self.connection = connection
        self.report = report
    }

    /// All our machines, by fleet and number.
    package func machines() async throws -> [KVMMachine] {
        try await machines { _ in true }
    }

    /// The machines of one fleet.
    package func machines(of fleet: String) async throws -> [KVMMachine] {
        // A fleet's domains are named after it, so that no others need to be asked.
        try await machines { $0.hasPrefix("\(fleet)-") }.filter { $0.record.fleet == fleet }
    }

    private func machines(named isWanted: @escaping @Sendable (String) -> Bool) async throws -> [KVMMachine] {
        try await connection.definitions(holding: MachineRecord.namespace, where: isWanted).compactMap(KVMMachine.init)
            .sorted { ($0.record.fleet, $0.record.number) < ($1.record.fleet, $1.record.number) }
    }

    /// Puts an image where machines of a shape have theirs, if it is not there yet.
    package func install(_ verified: VerifiedImage, for shape: MachineShape) async throws {
        if let store = store(of: shape) { return try await store.install(verified) }
        try await install(verified, in: shape.pool)
    }

    /// Puts an image into a storage pool, if it is not there yet.
    package func install(_ verified: VerifiedImage, in pool: String) async throws {
        _ = try await BaseVolume(image: verified.image, pool: try await self.pool(pool)).ensure(
            from: verified, report: report)
    }

    /// Makes a machine that is off.
    ///
    /// - Throws: ``KVMHostError`` when the image is not on the host; the machine stays incomplete then.
    func make(_ record: MachineRecord, seed: CloudSeed) async throws {
        var record = record
        let shape = record.edition.shape
        let pool = try await pool(shape.pool)
        let store = store(of: shape)
        let base = store == nil ? try await BaseVolume(image: record.edition.image, pool: pool).existing() : nil
        guard store != nil || base != nil else {
            throw KVMHostError.noImage(record.edition.image, pool: shape.pool)
        }
        guard try await connection.domain(named: record.name) == nil else {
            throw KVMHostError.nameTaken(record.name)
        }
        let domain = try await connection.define(xml: DeployedDomain(record).xml, name: record.name)
        try await store?.makeDisk(of: record)
        if let base { try await makeDisk(record, in: pool, on: base) }
        for disk in shape.data { try await ensure(disk, of: record, in: pool) }
        try await seed.withImage(name: record.name, instance: record.mark) { image in
            let volume = try await pool.createVolume(xml: VolumeDescription.file(record.seed), name: record.seed)
            try await volume.upload(image)
        }
        record.state = .ready
        try await note(record, in: domain)
    }

    private func makeDisk(_ record: MachineRecord, in pool: StoragePool, on base: StorageVolume) async throws {
        let image = record.edition.image
        let capacity = max(image.virtualSize, record.edition.shape.disk?.bytes ?? 0)
        guard record.edition.shape.isFullCopy else {
            let xml = VolumeDescription.overlay(
                record.disk, capacity: capacity, on: try await base.path(), image.format)
            _ = try await pool.createVolume(xml: xml, name: record.disk)
            return
        }
        let xml = VolumeDescription.disk(record.disk, capacity: image.virtualSize, format: .qcow2)
        let copy = try await pool.createVolume(xml: xml, name: record.disk, from: base)
        if capacity > image.virtualSize { try await copy.grow(to: capacity) }
    }

    /// Makes a machine's data disk, unless one before it has left it.
    private func ensure(_ disk: DataDisk, of record: MachineRecord, in pool: StoragePool) async throws {
        let name = disk.volume(of: record.name)
        guard let volume = try await pool.volume(named: name) else {
            let xml = VolumeDescription.disk(name, capacity: disk.size.bytes, format: .qcow2)
            _ = try await pool.createVolume(xml: xml, name: name)
            return
        }
        report("\(record.name) takes over \(name)")
        if try await volume.capacity() < disk.size.bytes { try await volume.grow(to: disk.size.bytes) }
    }

    /// What a machine was told at its first boot; nil where its seed is gone.
    package func seed(of machine: KVMMachine) async throws -> CloudSeed? {
        let pool = try await pool(machine.record.edition.shape.pool)
        guard let volume = try await pool.volume(named: machine.record.seed) else { return nil }
        return try await withScratchFolder(in: CloudSeed.workshop, prefix: CloudSeed.scratchPrefix) { folder in
            let image = folder.appending("seed.iso")
            try await volume.download(to: image, limit: CloudSeed.imageLimit)
            return try await CloudSeed.read(image)
        }
    }

    /// Writes a machine's record into its domain.
    func note(_ record: MachineRecord, in domain: Domain) async throws {
        try await domain.setMetadata(
            record.bareElement.xmlString, prefix: MachineRecord.prefix, namespace: MachineRecord.namespace)
    }

    /// The store at a place in ZFS.
    func store(_ place: ZFSPlace) -> ZFSStore {
        ZFSStore(place.on(connection: connection.uri), report: report)
    }

    /// The store in ZFS of machines of a shape; nil for those that have none.
    func store(of shape: MachineShape) -> ZFSStore? {
        shape.store.map(store)
    }

    func pool(_ name: String) async throws -> StoragePool {
        guard let pool = try await connection.storagePool(named: name) else { throw KVMHostError.noPool(name) }
        return pool
    }
}

/// What is in the way of a machine.
package enum KVMHostError: Error, CustomStringConvertible {
    /// There is no such pool.
    case noPool(String)
    /// A domain that is not ours has the name.
    case nameTaken(String)
    /// The image is not on the host.
    case noImage(DeployedImage, pool: String)
    /// There is no such machine any more.
    case noMachine(String)
    /// The machine has a snapshot of that name already.
    case snapshotTaken(String, machine: String)
    /// The machine has no snapshot of that name.
    case noSnapshot(String, machine: String)
    /// A volume of the machine's is gone from its pool.
    case noVolume(String, machine: String)
    /// What the machines of the edition before were told cannot be told again.
    case noSeed(String)

    package var description: String {
        switch self {
        case .noPool(let name):
            "the host has no storage pool '\(name)'; 'virsh pool-list --all' shows those that it has, --pool names one"
        case .nameTaken(let name):
            "the host has a domain '\(name)' that is no machine of ours; give the fleet another name"
        case .noImage(let image, let pool):
            "the image of \(image.template) \(image.version) is not in the storage pool \(pool); deploy that version again"
        case .noSeed(let fleet):
            "no machine of \(fleet) has the seed of the edition before any more; deploy that version again, with its keys and "
                + "user-data"
        case .snapshotTaken(let name, let machine):
            "\(machine) has a snapshot '\(name)' already; give this one another name"
        case .noSnapshot(let name, let machine):
            "\(machine) has no snapshot '\(name)'; 'imagefactory fleet snapshots \(machine)' lists those that it has"
        case .noVolume(let name, let machine):
            "the volume \(name) of \(machine) is not in its storage pool any more; deploy the fleet again to have the machine "
                + "made anew"
        case .noMachine(let name):
            "the machine \(name) was removed by somebody else meanwhile; try again"
        }
    }
}
