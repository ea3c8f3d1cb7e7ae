internal import Libvirt

extension StoragePool {
    /// A volume that is an empty file, or what it has become since; it is made if nobody has made it.
    func file(_ name: String) async throws -> StorageVolume {
        if let volume = try await volume(named: name) { return volume }
        do {
            return try await createVolume(xml: VolumeDescription.file(name), name: name)
        } catch let error as LibvirtError {
            // Somebody else may have been faster.
            guard let volume = try await volume(named: name) else { throw error }
            return volume
        }
    }
}
