internal import Pipeline

/// A disk that must not become an image.
package enum DiskDamageError: DiagnosedError, CustomStringConvertible, Equatable {
    /// The two copies of its partition table are not both whole.
    case partitionTable(DiskReport.Damage)
    /// A file system on it is damaged, or was not unmounted.
    case fileSystem(DiskReport.Volume, DiskReport.Damage)

    package var causeName: String {
        switch self {
        case .partitionTable: "partition-table-damaged"
        case .fileSystem: "file-system-damaged"
        }
    }

    package var advice: String {
        "look at the logs of the last shutdown, and at what 'provision' writes to the disk; then build it again with "
            + "--from provision"
    }

    package var description: String {
        switch self {
        case .partitionTable(let damage):
            "the partition table of the sealed disk is damaged; \(damage.program) says: \(damage.message)"
        case .fileSystem(let volume, let damage):
            "\(volume) on the sealed disk is damaged or was not unmounted; \(damage.program) says: \(damage.message)"
        }
    }
}

/// libguestfs could not look at a disk.
package struct OfflineLookError: DiagnosedError, CustomStringConvertible {
    /// Why.
    package let reason: String

    package var causeName: String { "offline-look-failed" }

    package var advice: String { "run 'libguestfs-test-tool', which says what libguestfs lacks on this host" }

    package var description: String { "libguestfs could not look at the disk: \(reason)" }
}
