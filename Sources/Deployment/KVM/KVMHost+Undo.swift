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
        let record = machine.record
        if let store = store(of: record.edition.shape) { return try await store.snapshots(of: record) }
        return DiskCopy.whole(of: record.owner.name, among: try await volumes(in: record.edition.shape.pool))
            .map(\.snapshot)
    }

    /// Keeps a machine's disk as it is now.
    package func snapshot(_ name: String, of machine: KVMMachine) async throws {
        let record = machine.record
        guard try await !snapshots(of: machine).contains(name) else {
            throw KVMHostError.snapshotTaken(name, machine: record.name)
        }
        if let store = store(of: record.edition.shape) { return try await store.snapshot(name, of: record) }
        try await whileOff(machine) { pool in
            let copy = DiskCopy(snapshot: name, owner: record.owner.name)
            let disk = try await volume(record.disk, of: record, in: pool)
            try await duplicate(disk, as: copy.volume, in: pool)
            _ = try await pool.file(copy.seal)
        }
    }

    /// Brings a machine's disk back to what it was; a machine that runs is switched off for it, and started again.
    ///
    /// - Throws: ``KVMHostError`` `noSnapshot` where there is none of the name.
    package func restore(_ name: String, of machine: KVMMachine) async throws {
        let record = machine.record
        guard try await snapshots(of: machine).contains(name) else {
            throw KVMHostError.noSnapshot(name, machine: record.name)
        }
        try await whileOff(machine) { pool in
            if let store = store(of: record.edition.shape) { return try await store.restore(name, of: record) }
            let copy = DiskCopy(snapshot: name, owner: record.owner.name)
            let source = try await volume(copy.volume, of: record, in: pool)
            try await duplicate(source, as: record.disk, in: pool)
        }
    }

    /// The names of a pool's volumes as they are now.
    func volumes(in pool: String) async throws -> [String] {
        let pool = try await self.pool(pool)
        try await pool.refresh()
        return try await pool.volumeNames()
    }

    private func volume(_ name: String, of record: MachineRecord, in pool: StoragePool) async throws -> StorageVolume {
        guard let volume = try await pool.volume(named: name) else {
            throw KVMHostError.noVolume(name, machine: record.name)
        }
        return volume
    }

    /// Copies all that a volume shows, in the place of whatever has the name; libvirt makes no overlay of one.
    private func duplicate(_ source: StorageVolume, as name: String, in pool: StoragePool) async throws {
        let xml = VolumeDescription.disk(name, capacity: try await source.capacity(), format: .qcow2)
        try await delete(name, of: pool)
        _ = try await pool.createVolume(xml: xml, name: name, from: source)
    }

    /// Does `body` while a machine is off, which runs afterwards if it did before, also where `body` fails. It has to show
    /// anew that it is healthy.
    private func whileOff(_ machine: KVMMachine, _ body: (StoragePool) async throws -> Void) async throws {
        let pool = try await pool(machine.record.edition.shape.pool)
        guard machine.isRunning else { return try await body(pool) }
        report("\(machine.record.name) is switched off")
        do {
            try await shutDown(machine.domain)
            try Task.checkCancellation()
            try await machine.domain.destroy()
            try await body(pool)
        } catch {
            // In a task of its own, since this one may be cancelled.
            await Task { await startIfWhole(machine, pool) }.value
            throw error
        }
        try await startAgain(machine)
    }

    /// Starts a machine again, of which something failed while it was off, unless its disk is gone.
    private func startIfWhole(_ machine: KVMMachine, _ pool: StoragePool) async {
        do {
            // Who was asked to end does so later than whoever asked is cancelled.
            try await waitForEnd(of: machine.domain)
            if machine.record.edition.shape.store == nil {
                _ = try await volume(machine.record.disk, of: machine.record, in: pool)
            }
            try await startAgain(machine)
        } catch {
            report("\(machine.record.name) stays off: \(error)")
        }
    }

    private func startAgain(_ machine: KVMMachine) async throws {
        guard try await !machine.domain.isActive() else { return }
        var record = machine.record
        record.state = .ready
        try await note(record, in: machine.domain)
        try await machine.domain.start()
    }
}
