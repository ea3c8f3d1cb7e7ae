internal import Pipeline

/// Why a disk's inventory could not be taken.
package enum InventoryError: DiagnosedError, CustomStringConvertible, Equatable {
    /// No volume has a system on it that libguestfs can read.
    case noSystem(volumes: [String])
    /// Files that could not be read, of which the first is named.
    case unreadable(path: String, count: Int)
    /// What was collected is not what was asked for.
    case malformed(part: String, reason: String)
    /// What was collected is more than is read.
    case tooMuch(part: String, limit: Int)

    package var causeName: String {
        switch self {
        case .noSystem: "no-system-on-disk"
        case .unreadable: "files-unreadable"
        case .malformed: "inventory-malformed"
        case .tooMuch: "inventory-too-large"
        }
    }

    package var advice: String {
        switch self {
        case .noSystem: "the system's root must be ext2, ext3, ext4, XFS or Btrfs, on a partition or a logical volume"
        case .unreadable:
            "its file system may be damaged: look at it with 'e2fsck -f -n', 'xfs_repair -n' or 'btrfs check'"
        case .malformed:
            "look at what 'provision' puts into the place that is named; then build again with --from provision"
        case .tooMuch: "keep what is no part of the system off the image"
        }
    }

    package var description: String {
        switch self {
        case .noSystem(let volumes):
            "no system was found on the disk"
                + (volumes.isEmpty ? ", which has no file system" : "; it has \(volumes.joined(separator: ", "))")
        case .unreadable(let path, let count): "\(count) files on the disk could not be read; the first is \(path)"
        case .malformed(let part, let reason): "the inventory cannot be taken: in '\(part)', \(reason)"
        case .tooMuch(let part, let limit): "the inventory cannot be taken: '\(part)' has more than \(limit) entries"
        }
    }
}
