internal import Foundation
internal import HostSystem
internal import Synchronization
package import SystemPackage

/// The folder of a run, held by a lock for as long as the run lives.
///
/// ```
/// runs/20261123T044512Z-a1b2c3/
///   run.json       what it is, what it made outside this folder, how it ended
///   lock           locked while the process lives
///   events.jsonl   its events, as `--format json` prints them
///   logs/          a log for each stage            bundle/   what is known about a failure
///   machines/      a folder for each machine that runs, in which others ask for its screen
/// ```
package final class RunFolder: Sendable {
    /// The folder.
    package let path: FilePath
    private let lock: FileLock
    private let state: Mutex<RunRecord>

    private init(path: FilePath, lock: FileLock, record: RunRecord) {
        self.path = path
        self.lock = lock
        state = Mutex(record)
    }

    /// Begins a run.
    package static func begin(template: String, version: String, in state: StateFolder) throws -> RunFolder {
        try state.create()
        let now = Date()
        let id = "\(UTCStamp.compact(now))-\(String.randomHex(digits: 6))"
        let record = RunRecord(
            id: id, template: template, version: version, process: getpid(), started: UTCStamp.full(now))
        // The folder gets its name when it is complete and locked: others see all of it or nothing.
        let (fresh, maker) = try Temporary.makeFolder(in: state.runs, prefix: unnamed, mode: .publicFolder)
        try fresh.appending("logs").createFolder()
        try fresh.appending("bundle").createFolder()
        guard let lock = try FileLock(tryingAt: RunPlaces(fresh).lock) else { throw Errno.wouldBlock }
        try fresh.appending("run.json").writeAtomically(try JSON.document(record))
        let path = state.runs.appending(id)
        try fresh.rename(to: path)
        withExtendedLifetime(maker) {}
        return RunFolder(path: path, lock: lock, record: record)
    }

    /// How the folder of a run is called before it is complete; see ``Temporary``.
    package static let unnamed = ".new"

    /// The runs whose process went away without a word, each locked by us now.
    package static func abandoned(in state: StateFolder) throws -> [RunFolder] {
        try state.runs.folderEntries.filter(isID).compactMap { name in
            let path = state.runs.appending(name)
            guard let seen = record(in: path), seen.outcome == nil,
                let lock = try FileLock(ofExisting: RunPlaces(path).lock),
                // Read again under the lock: it may have ended, or been cleaned, meanwhile.
                let record = record(in: path), record.outcome == nil
            else { return nil }
            return RunFolder(path: path, lock: lock, record: record)
        }
    }

    /// Whether a name is that of a run, and thus of its folder.
    package static func isID(_ name: String) -> Bool {
        name.wholeMatch(of: /\d{8}T\d{6}Z-[0-9a-f]{6}/) != nil
    }

    /// The ids of the runs whose process lives.
    package static func living(in state: StateFolder) -> [String] {
        state.runs.folderEntries.filter { isID($0) && RunPlaces(state.runs.appending($0)).isAlive }
    }

    /// What is on record about every run, oldest first.
    package static func records(in state: StateFolder) -> [RunRecord] {
        state.runs.folderEntries.filter(isID).compactMap { record(in: state.runs.appending($0)) }
    }

    /// What is on record about the run in a folder.
    static func record(in folder: FilePath) -> RunRecord? {
        guard let bytes = try? RunPlaces(folder).record.readBytes() else { return nil }
        return try? JSON.decode(RunRecord.self, from: bytes)
    }

    /// What is on record.
    package var record: RunRecord { state.withLock { $0 } }
    /// The run's id.
    package var id: String { record.id }
    /// The journal of its events.
    package var journal: FilePath { places.journal }
    /// Where the logs lie.
    package var logs: FilePath { places.logs }
    /// Where everything about a failure is gathered.
    package var bundle: FilePath { places.bundle }
    /// Where whoever runs a machine lets others find it.
    package var machines: FilePath { places.machines }
    private var places: RunPlaces { RunPlaces(path) }

    /// The log of a stage.
    package func log(of stage: String) -> FilePath {
        logs.appending("\(stage).log")
    }

    /// Where a stage that keeps nothing may work.
    package func withScratch<Result>(
        for stage: String, _ body: (FilePath) async throws -> Result
    ) async throws -> Result {
        try await withScratchFolder(in: path, prefix: "\(Self.scratchPrefix)-\(stage)", body)
    }

    /// What stages of a dead run left in its folder, beside records, logs and the bundle.
    package var scratch: [FilePath] {
        path.folderEntries.filter { $0.hasPrefix(Self.scratchPrefix) || $0.hasSuffix(".partial") }.map {
            path.appending($0)
        } + [machines].filter(\.exists)
    }

    private static let scratchPrefix = "scratch"

    /// Notes something that must be removed when the run is over; note it before making it.
    package func note(_ resource: RunRecord.Resource) throws {
        try update { record in
            if !record.resources.contains(resource) { record.resources.append(resource) }
        }
    }

    /// Notes that a resource is gone.
    package func forget(_ resource: RunRecord.Resource) throws {
        try update { $0.resources.removeAll { $0 == resource } }
    }

    /// Notes the results that the run uses.
    package func note(keys: [StageKey]) throws {
        try update { record in
            for key in keys where !record.keys.contains(key) { record.keys.append(key) }
        }
    }

    /// Notes that the run is over, and how; a run that is over stays as it ended.
    package func markEnded(_ outcome: RunRecord.Outcome) throws {
        try update { record in
            guard record.outcome == nil else { return }
            record.outcome = outcome
            record.ended = UTCStamp.full(Date())
        }
    }

    /// Changes the record, in memory and on the disk together.
    private func update(_ change: (inout RunRecord) -> Void) throws {
        try state.withLock { record in
            var changed = record
            change(&changed)
            guard changed != record else { return }
            try path.appending("run.json").writeAtomically(try JSON.document(changed))
            record = changed
        }
    }
}
