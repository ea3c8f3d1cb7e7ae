internal import Foundation
internal import GRDB
internal import HostSystem
package import SystemPackage

/// What is remembered of runs: their stages with times, how they ended, on which host, what they made.
///
/// It lies in `STATE/history.sqlite`, and several processes write to it at once. Nothing depends on it but what people
/// are told: where it is lost, damaged or cannot be written, builds go on, and ``RunBook`` reads the runs' own folders.
///
/// ```
/// run      id, template, version, pid, folder, host, kernel, cores, memory,
///          started, ended, outcome, seconds, release, digest
/// stage    run, position, name, key, action, started, seconds, accelerator, message, cause, evidence, advice
/// output   run, stage, name, digest
/// ```
package final class History: Sendable {
    /// Why a history cannot be used.
    private enum Unusable: Error, CustomStringConvertible {
        case damaged
        case newer

        var description: String {
            switch self {
            case .damaged: "it is damaged"
            case .newer: "a newer version of imagefactory has written it"
            }
        }
    }

    /// nil if nothing can be remembered.
    let database: DatabaseQueue?

    private init(_ database: DatabaseQueue?) {
        self.database = database
    }

    /// Opens the history.
    ///
    /// A damaged file is renamed, and a new history begins with what the runs' folders tell.
    ///
    /// - Parameters:
    ///   - creating: Whether to begin a history where there is none.
    ///   - say: Takes sentences for people about what cannot be done.
    package static func open(in state: StateFolder, creating: Bool, say: (String) -> Void) async -> History {
        let file = state.history
        guard creating || file.exists else { return History(nil) }
        do {
            try state.locks.createFolder()
            // One process at a time opens it: a file must not be set aside when another has just begun it anew.
            let lock = try await FileLock.acquire(at: state.locks.appending("history.lock"), deadline: .seconds(10))
            defer { withExtendedLifetime(lock) {} }
            let isNew = !file.exists
            do {
                let history = History(try connect(to: file))
                if isNew { history.adoptRuns(in: state) }
                return history
            } catch let error where isDamage(error) {
                let aside = try setAside(file)
                say("the history of runs was damaged; it lies in \(aside) now, and a new one is begun")
                let history = History(try connect(to: file))
                history.adoptRuns(in: state)
                return history
            }
        } catch {
            say("the history of runs, \(file), cannot be used: \(error)")
            return History(nil)
        }
    }

    private static func connect(to file: FilePath) throws -> DatabaseQueue {
        var configuration = Configuration()
        // Readers and a writer do not wait for each other; writers wait a moment, but a build never for long.
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(2)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
        let database = try DatabaseQueue(path: file.string, configuration: configuration)
        guard try database.read(migrator.hasBeenSuperseded) == false else { throw Unusable.newer }
        try migrator.migrate(database)
        let verdict = try database.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
        guard verdict == "ok" else { throw Unusable.damaged }
        return database
    }

    private static func isDamage(_ error: any Error) -> Bool {
        if case .damaged? = error as? Unusable { return true }
        let code = (error as? DatabaseError)?.resultCode
        return code == .SQLITE_CORRUPT || code == .SQLITE_NOTADB
    }

    private static func setAside(_ file: FilePath) throws -> FilePath {
        let aside = FilePath("\(file).damaged-\(UTCStamp.compact(Date()))-\(String.randomHex(digits: 6))")
        for suffix in ["", "-wal", "-shm"] where FilePath("\(file)\(suffix)").exists {
            try FilePath("\(file)\(suffix)").rename(to: FilePath("\(aside)\(suffix)"))
        }
        return aside
    }

    /// Takes in what the folders of earlier runs tell; runs that go on tell it themselves.
    private func adoptRuns(in state: StateFolder) {
        for name in state.runs.folderEntries where !name.hasPrefix(".") {
            guard let summary = RunSummary(folder: state.runs.appending(name)), summary.outcome != nil else { continue }
            try? save(summary)
        }
    }
}

extension StateFolder {
    /// Where the history of runs is kept.
    package var history: FilePath { root.appending("history.sqlite") }
}
