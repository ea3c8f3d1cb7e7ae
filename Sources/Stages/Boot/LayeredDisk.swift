internal import HostSystem
internal import Machines
internal import SystemPackage

/// The disk of a machine that may be frozen while it runs: a file for each time between two freezings.
///
/// ```
/// ../KEY/disk.qcow2 ← disk-0.qcow2 ← disk-1.qcow2 ← …   each an overlay over the one before; the machine writes the last
/// ```
/// When the machine is off, the last one gets its final name; the others stay beside it.
struct LayeredDisk {
    private let folder: FilePath
    private let base: FilePath
    private let user: QEMUUser
    private var files: [FilePath] = []

    /// A disk over `base` whose files lie in `folder`.
    init(in folder: FilePath, base: FilePath, user: QEMUUser) {
        self.folder = folder
        self.base = base
        self.user = user
    }

    /// The file that the machine writes.
    var top: FilePath { files.last ?? base }
    /// The files below it.
    var frozen: [FilePath] { files.dropLast() }

    /// Begins with files of an earlier machine, which get second names here.
    mutating func adopt(_ disks: [FilePath]) throws {
        for disk in disks {
            let link = folder.appending(Checkpoint.disk(files.count))
            try disk.link(to: link)
            files.append(link)
        }
    }

    /// Adds an overlay on the top.
    mutating func grow() async throws -> FilePath {
        let overlay = folder.appending(Checkpoint.disk(files.count))
        try await BuildDisk.createOverlay(overlay, of: top, for: user)
        files.append(overlay)
        return overlay
    }

    /// Takes the files back from the hypervisor's account, and gives the last one its name.
    func finish(as disk: FilePath) throws {
        for file in files { try BuildDisk.finish(file, from: user) }
        try top.rename(to: disk)
    }
}
