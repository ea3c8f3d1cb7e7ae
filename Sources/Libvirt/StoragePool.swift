internal import CLibvirt
internal import Glibc
internal import HostSystem

/// A place of libvirt's for volumes, such as a folder of the host.
///
/// `@unchecked Sendable`: libvirt's objects may be used by several threads at once (libvirt.org, "Thread safety").
package final class StoragePool: @unchecked Sendable {
    /// Its name, unique on its host.
    package let name: String
    let pointer: virStoragePoolPtr
    let connection: Connection

    init(name: String, pointer: virStoragePoolPtr, connection: Connection) {
        self.name = name
        self.pointer = pointer
        self.connection = connection
    }

    deinit {
        virStoragePoolFree(pointer)
    }

    /// Has libvirt look at what is in the pool by now.
    package func refresh() async throws {
        try await offloaded { [self] _ in
            _ = try check(virStoragePoolRefresh(pointer, 0), "refresh the storage pool \(name)")
        }
    }

    /// The room that is left in the pool, in bytes.
    package func freeSpace() async throws -> Int64 {
        try await offloaded { [self] _ in
            var info = virStoragePoolInfo()
            try check(virStoragePoolGetInfo(pointer, &info), "tell the room in the storage pool \(name)")
            return Int64(clamping: info.available)
        }
    }

    /// The names of the volumes, as of the last refresh.
    package func volumeNames() async throws -> [String] {
        try await offloaded { [self] _ in
            var list: UnsafeMutablePointer<virStorageVolPtr?>?
            let count = try check(
                virStoragePoolListAllVolumes(pointer, &list, 0), "list the storage pool \(name)")
            defer { free(list) }
            return (0..<Int(count)).compactMap { index in
                guard let volume = list?[index] else { return nil }
                defer { virStorageVolFree(volume) }
                return virStorageVolGetName(volume).map { String(cString: $0) }
            }.sorted()
        }
    }

    /// The volume named `name`; nil if there is none.
    package func volume(named name: String) async throws -> StorageVolume? {
        try await offloaded { [self] _ in
            do {
                let raw = try check(
                    virStorageVolLookupByName(pointer, name), "find the volume \(name) of the storage pool \(self.name)"
                )
                return StorageVolume(name: name, pointer: raw, pool: self)
            } catch let error as LibvirtError where error.code == .noVolume {
                return nil
            }
        }
    }

    /// Makes a volume, as `xml` describes it (formatstorage.html); a name that is taken is an error.
    package func createVolume(xml: String, name: String) async throws -> StorageVolume {
        try await offloaded { [self] _ in
            let raw = try check(
                virStorageVolCreateXML(pointer, xml, 0), "make the volume \(name) in the storage pool \(self.name)")
            return StorageVolume(name: name, pointer: raw, pool: self)
        }
    }

    /// Makes a volume with the content of another one.
    package func createVolume(xml: String, name: String, from source: StorageVolume) async throws -> StorageVolume {
        try await offloaded { [self] _ in
            let raw = try check(
                virStorageVolCreateXMLFrom(pointer, xml, source.pointer, 0),
                "copy the volume \(source.name) to \(name) in the storage pool \(self.name)")
            return StorageVolume(name: name, pointer: raw, pool: self)
        }
    }
}

extension Connection {
    /// The storage pool named `name`, started if it was not; nil if there is none.
    package func storagePool(named name: String) async throws -> StoragePool? {
        try await offloaded { [self] _ in
            do {
                let raw = try check(
                    virStoragePoolLookupByName(pointer.raw, name), "find the storage pool \(name)")
                let pool = StoragePool(name: name, pointer: raw, connection: self)
                if virStoragePoolIsActive(raw) == 0 {
                    try check(virStoragePoolCreate(raw, 0), "start the storage pool \(name)")
                }
                return pool
            } catch let error as LibvirtError where error.code == .noStoragePool {
                return nil
            }
        }
    }

    /// Makes a pool that libvirt forgets when it is stopped, of a folder that is there, as `xml` describes it.
    package func createStoragePool(xml: String, name: String) async throws -> StoragePool {
        try await offloaded { [self] _ in
            let raw = try check(virStoragePoolCreateXML(pointer.raw, xml, 0), "make the storage pool \(name)")
            return StoragePool(name: name, pointer: raw, connection: self)
        }
    }
}
