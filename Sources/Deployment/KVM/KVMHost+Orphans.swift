internal import HostSystem
internal import Libvirt
internal import SystemPackage

extension KVMHost {
    /// A machine of a fleet whose volumes are in a pool, and of which this host has no domain.
    package struct Orphan: Sendable {
        /// Its name.
        package let name: String
        /// What its volumes' names have beside that.
        let mark: String
    }

    /// Machines of a fleet whose domains somebody undefined by hand, or moved to another host that shares the pool.
    ///
    /// Names alone say nothing of whose volumes are: ours are those of which the seed says so, and which no domain here uses.
    package func orphans(of fleet: String, in pool: String) async throws -> [Orphan] {
        guard let pool = try await connection.storagePool(named: pool) else { return [] }
        var orphans: [Orphan] = []
        for seed in try await pool.volumeNames() {
            guard let (name, mark) = MachineRecord.machine(ofSeed: seed, in: fleet),
                try await connection.definitions(holding: "\(name)-\(mark)").isEmpty,
                try await isSeed(seed, of: pool, name: name, mark: mark)
            else { continue }
            orphans.append(Orphan(name: name, mark: mark))
        }
        return orphans
    }

    /// Says which volumes of a fleet no domain here uses; another host may, so that nobody but its owner removes them.
    package func reportOrphans(of fleet: String, in pool: String) async throws {
        for orphan in try await orphans(of: fleet, in: pool) {
            report(
                "the volumes of \(orphan.name), of which this host has no domain, stay in the pool \(pool); where no other host "
                    + "uses them, remove them by 'imagefactory fleet delete \(fleet) --orphans --pool \(pool)'")
        }
    }

    /// Removes the volumes of a fleet's machines of which this host has no domain, and their disks in ZFS.
    ///
    /// Whether another host uses the pool, nothing here says: it is for those who know that none does.
    ///
    /// - Returns: The machines' names.
    @discardableResult
    package func removeOrphans(
        of fleet: String, in name: String, stores: Set<ZFSPlace> = []
    ) async throws -> [String] {
        let orphans = try await orphans(of: fleet, in: name)
        guard !orphans.isEmpty, let pool = try await connection.storagePool(named: name) else { return [] }
        let volumes = try await pool.volumeNames()
        var removed: [String] = []
        for orphan in orphans {
            let disk = "\(orphan.name)-\(orphan.mark)"
            guard !stores.isEmpty || volumes.contains("\(disk).qcow2") else {
                report(
                    "the disk of \(orphan.name) is not in the pool \(name); say by --store where it is, or remove the volume "
                        + "\(disk).iso by hand")
                continue
            }
            for store in stores.map(store) {
                try await store.removeDisk(of: DiskOwner(fleet, orphan.name, orphan.mark))
            }
            // The seed goes last: by it the rest is found again.
            for volume in DiskCopy.volumes(of: disk, among: volumes) + ["\(disk).qcow2", "\(disk).iso"] {
                try await delete(volume, of: pool)
            }
            report("removed the volumes of \(orphan.name), of which this host has no domain")
            removed.append(orphan.name)
        }
        return removed
    }

    private func isSeed(_ volume: String, of pool: StoragePool, name: String, mark: String) async throws -> Bool {
        guard let volume = try await pool.volume(named: volume) else { return false }
        return try await withScratchFolder(in: CloudSeed.workshop, prefix: CloudSeed.scratchPrefix) { folder in
            let image = folder.appending("seed.iso")
            do {
                try await volume.download(to: image, limit: CloudSeed.imageLimit)
            } catch is VolumeTooLongError {
                return false
            }
            return await CloudSeed.isSeed(image, name: name, instance: mark)
        }
    }
}
