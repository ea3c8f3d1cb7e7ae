internal import Pipeline

/// Why a disk's inventory could not be taken.
package enum InventoryError: DiagnosedError, CustomStringConvertible, Equatable {
    /// No volume has a system on it that libguestfs can read.
    case noSystem(volumes: [String])
    /// A guest did not come to the end of collecting.
    case notCollected(reason: String)
    /// Files that could not be read, of which the first is named.
    case unreadable(path: String, count: Int)
    /// What was collected is not what was asked for.
    case malformed(part: String, reason: String)
    /// What was collected is more than is read.
    case tooMuch(part: String, limit: Int)

    package var causeName: String {
        switch self {
        case .noSystem: "no-system-on-disk"
        case .notCollected: "inventory-not-collected"
        case .unreadable: "files-unreadable"
        case .malformed: "inventory-malformed"
        case .tooMuch: "inventory-too-large"
        }
    }

    package var advice: String {
        switch self {
        case .noSystem:
            "put 'prove-seal' into the pipeline: a booted clone can list what libguestfs cannot read; or give the system's "
                + "root ext4, XFS or Btrfs, on a partition or a logical volume"
        case .notCollected: "look at what is said there; the guest needs sh, find, tar and sha256sum, and room in /run"
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
        case .notCollected(let reason): "the clone could not list what is on its disk; \(reason)"
        case .unreadable(let path, let count): "\(count) files on the disk could not be read; the first is \(path)"
        case .malformed(let part, let reason): "the inventory cannot be taken: in '\(part)', \(reason)"
        case .tooMuch(let part, let limit): "the inventory cannot be taken: '\(part)' has more than \(limit) entries"
        }
    }
}
