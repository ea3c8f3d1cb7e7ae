internal import DiskImages
internal import Foundation
internal import HostSystem
internal import Machines
internal import SystemPackage

/// libguestfs's small machine, started once over a disk that no other machine uses, for everything that is to be done with it.
///
/// What is collected is not passed through libguestfs's own messages, which are too small for it: it goes to a second disk.
/// ```
/// disk ─▶ reclaim-space.sh ─▶ its words    mount-system.sh ▶ collect-inventory.sh ─▶ their words
///           changes the disk                  read-only         └──tar──▶ archive, a sparse file
/// ```
struct OfflineMachine: Sendable {
    /// What the scripts printed.
    struct Words {
        /// What was found on the disk.
        let disk: DiskReport
        /// What was said of the system on it; nil if nothing was collected, because nobody asked or the disk is damaged.
        let system: SystemWords?

        /// The parts of the disk, and of the system on it, that tell an audit little or nothing.
        var unseen: [String] { disk.unseenVolumes + (system?.unseen ?? []) }
    }

    /// Checking, or hashing, a few TiB takes long under emulation.
    private static let deadline: Duration = .seconds(2 * 3600)
    /// The most that may be collected; the file is sparse.
    private static let archiveSize = ByteCount.gibibytes(4)

    private let accelerator: Accelerator

    /// A small machine that runs by `accelerator`.
    init(accelerator: Accelerator) {
        self.accelerator = accelerator
    }

    /// Checks the disk in a qcow2 file, makes zeros of what is free on it, and then collects what is on it into `archive`, if
    /// there is one and the disk is not damaged.
    func reclaim(_ disk: FilePath, collectingInto archive: FilePath?, log: FilePath?) async throws -> Words {
        let script = """
            \(Self.file("/tmp/reclaim", PackageResources.reclaim_space_sh))
            sh /tmp/reclaim >/tmp/said
            cat /tmp/said
            \(archive == nil ? "true" : "grep -Eq '^(backup.)?damaged' /tmp/said") || {
            \(Self.collecting)
            }
            """
        let text = try await run(
            script, on: ["\(disk.absolute)", "format:qcow2", "discard:enable"], archive: archive, log: log)
        let end = text.firstRange(of: "\nend\n")?.upperBound ?? text.endIndex
        let report = try DiskReport(parsing: String(text[..<end]))
        let isCollected = archive != nil && !report.isDamaged
        return Words(disk: report, system: isCollected ? try SystemWords(parsing: String(text[end...])) : nil)
    }

    /// Collects what is on a disk, which is not written.
    ///
    /// What a journal has to give back goes into an overlay that is thrown away.
    func collect(
        _ disk: FilePath, as container: DiskContainer, into archive: FilePath, log: FilePath?
    ) async throws -> SystemWords {
        let text = try await run(
            Self.collecting, on: ["\(disk.absolute)", "format:\(container.rawValue)", "readonly:true"],
            archive: archive, log: log)
        return try SystemWords(parsing: text)
    }

    /// Runs a seal's script in a chroot over the system on the disk in a file, which is changed.
    ///
    /// - Returns: What the scripts printed; `seal-system.sh` says what that is.
    func seal(_ disk: FilePath, as container: DiskContainer, script: String) async throws -> String {
        let program = """
            \(Self.file("/tmp/mount", PackageResources.mount_system_sh))
            \(Self.file("/tmp/script", Array(script.utf8), words: []))
            \(Self.file("/tmp/seal", PackageResources.seal_system_sh))
            sh /tmp/seal
            """
        return try await run(
            program, on: ["\(disk.absolute)", "format:\(container.rawValue)", "discard:enable"], archive: nil, log: nil)
    }

    private static let collecting = """
        \(file("/tmp/mount", PackageResources.mount_system_sh))
        \(file("/tmp/collect", PackageResources.collect_inventory_sh, words: []))
        if sh /tmp/mount /tmp/system ro,nodev,nosuid,noexec
        then sh /tmp/collect /tmp/system "$(readlink -e /dev/disk/guestfs/archive)"
        else echo none
        fi
        """

    /// What a program wrote may fail on its way to the disk when the program is over: only the kernel tells of that.
    private static let ending = """

        sync
        ! dmesg | grep -Em1 '(I/O|allocation) error, dev sd' >&2 || exit 1
        """

    /// A command that writes a script into a file of the machine's.
    private static func file(_ path: String, _ script: [UInt8], words: [UInt8] = PackageResources.words_sh) -> String {
        "echo \(Data(words + script).base64EncodedString()) | base64 -d >\(path)"
    }

    private func run(_ script: String, on drive: [String], archive: FilePath?, log: FilePath?) async throws -> String {
        try archive.map(Self.makeSparseFile)
        let commands: [[String]] = [
            // For want of room on this host, QEMU would stop the machine and wait, instead of letting a write fail in it.
            ["config", "-global", "scsi-hd.werror=report"],
            ["set-smp", "\(accelerator.processors(of: 2))"],
            ["add-drive"] + drive + ["label:image", "cachemode:unsafe"],
            archive.map { ["add-drive", "\($0.absolute)", "format:raw", "label:archive", "cachemode:unsafe"] } ?? [],
            ["run"],
            // `debug sh` takes a list in words, in which nothing can be quoted twice.
            ["debug", "sh", "echo \(Data((script + Self.ending).utf8).base64EncodedString()) | base64 -d | sh"],
            ["shutdown"],
        ]
        do {
            let text = try await Guestfish.run(
                ["--"] + commands.filter { !$0.isEmpty }.joined(separator: [":"]), accelerator: accelerator,
                deadline: Self.deadline, log: log
            ).text
            try archive.map(Self.cutEnd)
            return text + "\n"
        } catch let error as ProgramError {
            let file = archive ?? FilePath(drive[0])
            if let failure = MachineFailure(forWantOfRoomFor: file, evidence: ["\(error)"]) { throw failure }
            throw OfflineLookError(reason: "\(error)")
        }
    }

    private static func makeSparseFile(_ path: FilePath) throws {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .privateFile)
        try file.closeAfter { try file.resize(to: archiveSize.bytes) }
    }

    /// Cuts the hole at the end of a file.
    private static func cutEnd(_ path: FilePath) throws {
        let content = try DiskImage.open(path, as: .raw)
        var end: Int64 = 0
        try content.forEachDataExtent(in: 0..<content.size) { end = $0.upperBound }
        let file = try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec])
        try file.closeAfter { try file.resize(to: end) }
    }
}
