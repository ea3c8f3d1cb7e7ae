internal import DiskImages
internal import HostSystem
internal import Libvirt

/// Going back after a machine was changed in place: its disk as it was, by a name. Its firmware's variables are not in it.
///
/// In ZFS that is a snapshot, which is made while the machine runs, as a power cut would leave the disk. In a storage pool it
/// is a copy of the machine's whole disk, for which the machine is off.
extension KVMHost {
    /// Whether a text can name a machine's snapshot.
    package static func isSnapshotName(_ name: String) -> Bool {
        name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9_\-]{0,63}/) != nil
    }

    /// The snapshots of a machine; in ZFS the oldest first, also those that others have made.
    package func snapshots(of machine: KVMMachine) async throws -> [String] {
        if let store = store(of: machine.record.edition.shape) { return try await store.snapshots(of: machine.record) }
        return try await copies(of: machine.record).keys.sorted()
    }

    /// Keeps a machine's disk as it is now.
    package func snapshot(_ name: String, of machine: KVMMachine) async throws {
        guard try await !snapshots(of: machine).contains(name) else {
            throw KVMHostError.snapshotTaken(name, machine: machine.record.name)
        }
        if let store = store(of: machine.record.edition.shape) {
            return try await store.snapshot(name, of: machine.record)
        }
        try await whileOff(machine) { pool in
            try await copy(machine.record.disk, to: copyName(name, of: machine.record), machine.record, in: pool)
        }
    }

    /// Brings a machine's disk back to what it was; a machine that runs is switched off for it, and started again.
    ///
    /// - Throws: ``KVMHostError`` `noSnapshot` where there is none of the name.
    package func restore(_ name: String, of machine: KVMMachine) async throws {
        guard try await snapshots(of: machine).contains(name) else {
            throw KVMHostError.noSnapshot(name, machine: machine.record.name)
        }
        try await whileOff(machine) { pool in
            if let store = store(of: machine.record.edition.shape) {
                return try await store.restore(name, of: machine.record)
            }
            try await pool.volume(named: machine.record.disk)?.delete()
            try await copy(copyName(name, of: machine.record), to: machine.record.disk, machine.record, in: pool)
        }
    }

    /// The copies of a machine's disk in its pool, by the names of the snapshots that they are.
    func copies(of record: MachineRecord) async throws -> [String: String] {
        let pool = try await pool(record.edition.shape.pool)
        try await pool.refresh()
        let (start, end) = ("\(record.name)-\(record.mark).", Self.copySuffix)
        let volumes = try await pool.volumeNames().filter { $0.hasPrefix(start) && $0.hasSuffix(end) }
        return Dictionary(
            volumes.map { (String($0.dropFirst(start.count).dropLast(end.count)), $0) },
            uniquingKeysWith: { one, _ in one }
        )
    }

    /// How the names of copies of machines' disks end.
    static let copySuffix = ".snapshot.qcow2"

    private func copyName(_ name: String, of record: MachineRecord) -> String {
        "\(record.name)-\(record.mark).\(name)\(Self.copySuffix)"
    }

    /// Copies all that a volume shows; libvirt makes no overlay of one.
    private func copy(
        _ source: String, to target: String, _ record: MachineRecord, in pool: StoragePool
    ) async throws {
        guard let volume = try await pool.volume(named: source) else { throw KVMHostError.noMachine(record.name) }
        let xml = VolumeDescription.disk(target, capacity: try await volume.capacity(), format: .qcow2)
        _ = try await pool.createVolume(xml: xml, name: target, from: volume)
    }

    /// Does `body` while a machine is off, which runs afterwards if it did before. It has to show anew that it is healthy.
    private func whileOff(_ machine: KVMMachine, _ body: (StoragePool) async throws -> Void) async throws {
        let pool = try await pool(machine.record.edition.shape.pool)
        if machine.isRunning {
            report("\(machine.record.name) is switched off")
            await shutDown(machine.domain)
            try await machine.domain.destroy()
        }
        try await body(pool)
        guard machine.isRunning else { return }
        var record = machine.record
        record.state = .ready
        try await note(record, in: machine.domain)
        try await machine.domain.start()
    }
}
