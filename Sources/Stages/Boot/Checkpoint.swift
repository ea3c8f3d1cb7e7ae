internal import HostSystem
internal import Machines
internal import Pipeline
internal import SystemPackage

/// A guest that was frozen between two parts of its provisioning, with all that a build needs to go on from it.
///
/// ```
/// KEY/memory, KEY/variables.fd     the guest; see MachineCheckpoint
/// KEY/disk-0.qcow2 … disk-N.qcow2  what its disk stands on, above the layer below; links to a layer's own files
/// KEY/checkpoint.json              the rest
/// ```
struct Checkpoint: Sendable {
    /// What stands in `checkpoint.json`.
    struct Record: Codable, Sendable {
        /// The key of the guest's state.
        let key: StageKey
        /// The template that it was made for.
        let template: String
        /// The name of the machine.
        let machine: String
        /// The host's boot in which it was made: the files are not flushed, and so hold only until the next.
        let boot: String
        /// How many files the disk has above the layer below.
        let disks: Int
        /// What the guest said of itself.
        let system: InstalledSystem
    }

    /// The folder.
    let folder: FilePath
    /// What is known about it.
    let record: Record

    /// The frozen guest.
    var machine: MachineCheckpoint { MachineCheckpoint(folder: folder, name: record.machine) }
    /// The files of the disk, the lowest first.
    var disks: [FilePath] { (0..<record.disks).map { folder.appending(Self.disk($0)) } }

    /// The name of the file that a machine wrote after it had been frozen `index` times.
    static func disk(_ index: Int) -> String { "disk-\(index).qcow2" }
}
