internal import Foundation
internal import HostSystem
internal import Machines
internal import Pipeline
internal import Synchronization
package import SystemPackage

/// The frozen guests of this host, each in a folder named by the key of its state.
///
/// They save time and hold nothing that could not be made again: they are not flushed, hold until the host's next boot,
/// and may vanish at any moment. A guest is frozen with all of its memory, in which a secret of the guest's may stand, so
/// only the owner can read them.
package struct Checkpoints: Sendable {
    private static let recordName = "checkpoint.json"
    /// The identity of the host's present boot.
    private static let boot = (try? FilePath("/proc/sys/kernel/random/boot_id").readText())?.prefix(36) ?? ""

    /// The folder; nil if no guest is to be frozen.
    private let folder: FilePath?

    /// The checkpoints in `folder`; none, if it is nil.
    package init(folder: FilePath?) {
        self.folder = folder
    }

    /// Whether a guest in the state with `key` is worth freezing: guests are frozen at all, and none is yet in that state.
    func lacks(_ key: StageKey) -> Bool {
        folder != nil && checkpoint(key) == nil
    }

    /// The names of the machines that this process freezes, or lets go on: a name can be used once at a time.
    private static let machines = Mutex<Set<String>>([])

    /// Keeps the name of a machine that may be frozen to itself while `body` runs.
    func withName<Result>(_ name: String, _ body: () async throws -> Result) async throws -> Result {
        Self.machines.withLock { _ = $0.insert(name) }
        defer { Self.machines.withLock { _ = $0.remove(name) } }
        return try await body()
    }

    /// Lends the checkpoint with the last of `keys` that has one which no other build of this process goes on from; nil
    /// if there is none.
    func withNewest<Result>(of keys: [StageKey], _ body: (Checkpoint?) async throws -> Result) async throws -> Result {
        let checkpoint = keys.reversed().lazy.compactMap(checkpoint).first { checkpoint in
            Self.machines.withLock { $0.insert(checkpoint.record.machine).inserted }
        }
        defer { checkpoint.map { taken in Self.machines.withLock { _ = $0.remove(taken.record.machine) } } }
        return try await body(checkpoint)
    }

    private func checkpoint(_ key: StageKey) -> Checkpoint? {
        guard let folder = folder?.appending(key.hex),
            let bytes = try? folder.appending(Self.recordName).readBytes(limit: .mebibytes(1)),
            let record = try? JSONDecoder().decode(Checkpoint.Record.self, from: Data(bytes)),
            record.key == key, record.boot == Self.boot, (1...1000).contains(record.disks)
        else { return nil }
        return Checkpoint(folder: folder, record: record)
    }

    /// Makes the checkpoint with `key` by `fill`, which freezes the guest into a folder and names the files of its disk.
    ///
    /// - Parameter line: The keys of the template's present line; its checkpoints with other keys are of no use any more.
    func make(
        _ key: StageKey, line: [StageKey], run: RunFolder, machine: String, system: InstalledSystem,
        fill: (MachineCheckpoint) async throws -> [FilePath]
    ) async throws {
        guard let folder else { return }
        try folder.createFolder(mode: .privateFolder)
        let partial = folder.appending("\(key.hex).partial-\(run.id)")
        try partial.createFolder(mode: .privateFolder)
        do {
            let disks = try await fill(MachineCheckpoint(folder: partial, name: machine))
            for (index, disk) in disks.enumerated() {
                try disk.link(to: partial.appending(Checkpoint.disk(index)))
            }
            let record = Checkpoint.Record(
                key: key, template: run.record.template, machine: machine, boot: String(Self.boot), disks: disks.count,
                system: system)
            try partial.appending(Self.recordName).write(try JSONEncoder().encode(record))
            for old in records where old.record.template == record.template && !line.contains(old.record.key) {
                try old.folder.remove()
            }
            try folder.appending(key.hex).remove()
            try partial.rename(to: folder.appending(key.hex))
        } catch {
            try? partial.remove()
            throw error
        }
    }

    /// Removes a checkpoint that could not be used.
    func remove(_ checkpoint: Checkpoint) {
        try? checkpoint.folder.remove()
    }

    /// What a dead run left unfinished.
    package func unfinished(by run: String) -> [FilePath] {
        guard let folder else { return [] }
        return folder.folderEntries.filter { $0.hasSuffix(".partial-\(run)") }.map { folder.appending($0) }
    }

    /// The checkpoints of earlier boots of the host.
    package var outdated: [FilePath] {
        records.filter { $0.record.boot != Self.boot }.map(\.folder)
    }

    private var records: [Checkpoint] {
        guard let folder else { return [] }
        return folder.folderEntries.compactMap { name in
            let path = folder.appending(name)
            guard Digest(hex: name) != nil,
                let bytes = try? path.appending(Self.recordName).readBytes(limit: .mebibytes(1)),
                let record = try? JSONDecoder().decode(Checkpoint.Record.self, from: Data(bytes))
            else { return nil }
            return Checkpoint(folder: path, record: record)
        }
    }
}
