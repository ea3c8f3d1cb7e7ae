internal import HostSystem
internal import Libvirt
internal import SystemPackage

extension KVMHost {
    /// Removes the volumes of a fleet's machines whose domains somebody undefined by hand, and their disks in ZFS.
    ///
    /// Names alone say nothing of whose volumes are: ours are those of which the seed says so, and which no domain uses.
    package func removeOrphans(of fleet: String, in pool: String, stores: Set<ZFSPlace> = []) async throws {
        guard let pool = try await connection.storagePool(named: pool) else { return }
        let volumes = try await pool.volumeNames()
        for seed in volumes {
            guard let (name, mark) = MachineRecord.machine(ofSeed: seed, in: fleet),
                try await connection.definitions(holding: "\(name)-\(mark)").isEmpty,
                try await isSeed(seed, of: pool, name: name, mark: mark)
            else { continue }
            // The seed goes last: by it the rest is found again.
            for store in stores.map(store) { try await store.removeDisk(of: DiskOwner(fleet, name, mark)) }
            let copies = DiskCopy.volumes(of: "\(name)-\(mark)", among: volumes)
            for volume in copies + ["\(name)-\(mark).qcow2", seed] { try await delete(volume, of: pool) }
            report("removed the volumes of \(name), whose domain somebody undefined")
        }
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
