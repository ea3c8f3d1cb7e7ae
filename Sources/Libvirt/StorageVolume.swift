internal import CLibvirt
internal import Glibc
internal import HostSystem

/// A volume of a storage pool.
///
/// `@unchecked Sendable`: libvirt's objects may be used by several threads at once (libvirt.org, "Thread safety").
package final class StorageVolume: @unchecked Sendable {
    /// Its name, unique in its pool.
    package let name: String
    let pointer: virStorageVolPtr
    let pool: StoragePool

    init(name: String, pointer: virStorageVolPtr, pool: StoragePool) {
        self.name = name
        self.pointer = pointer
        self.pool = pool
    }

    deinit {
        virStorageVolFree(pointer)
    }

    /// Where it lies on its host.
    package func path() async throws -> String {
        try await offloaded { [self] _ in
            let text = try check(virStorageVolGetPath(pointer), "tell where the volume \(name) lies")
            defer { free(text) }
            return String(cString: text)
        }
    }

    /// The size of the disk in it.
    package func capacity() async throws -> Int64 {
        try await info(flags: VIR_STORAGE_VOL_USE_ALLOCATION.rawValue).capacity
    }

    /// The length of the file that it is, as it is by now.
    package func length() async throws -> Int64 {
        try await info(flags: VIR_STORAGE_VOL_GET_PHYSICAL.rawValue).length
    }

    private func info(flags: UInt32) async throws -> (capacity: Int64, length: Int64) {
        try await offloaded { [self] _ in
            var info = virStorageVolInfo()
            try check(virStorageVolGetInfoFlags(pointer, &info, flags), "tell the size of the volume \(name)")
            return (Int64(clamping: info.capacity), Int64(clamping: info.allocation))
        }
    }

    /// Makes the disk in it larger.
    package func grow(to capacity: Int64) async throws {
        try await offloaded { [self] _ in
            _ = try check(virStorageVolResize(pointer, UInt64(capacity), 0), "grow the volume \(name)")
        }
    }

    /// Removes it; a volume that is already gone is no error.
    package func delete() async throws {
        try await offloaded { [self] _ in
            do {
                try check(virStorageVolDelete(pointer, 0), "delete the volume \(name)")
            } catch let error as LibvirtError where error.code == .noVolume {}
        }
    }
}
