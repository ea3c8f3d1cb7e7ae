internal import Foundation
internal import GRDB
internal import HostSystem

extension History {
    /// Brings a history of any earlier version, or an empty file, to the tables of this one.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: runs, stages and what they made") { database in
            try database.execute(
                sql: """
                    CREATE TABLE run (
                        id TEXT PRIMARY KEY NOT NULL, template TEXT NOT NULL, version TEXT, pid INTEGER, folder TEXT,
                        host TEXT, kernel TEXT, cores INTEGER, memory INTEGER,
                        started TEXT NOT NULL, ended TEXT, outcome TEXT, seconds REAL, "release" TEXT, digest TEXT);
                    CREATE INDEX run_template ON run (template, host);
                    CREATE TABLE stage (
                        run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, position INTEGER NOT NULL,
                        name TEXT NOT NULL, key TEXT, action TEXT, started TEXT, seconds REAL, accelerator TEXT,
                        message TEXT, cause TEXT, evidence TEXT, advice TEXT,
                        PRIMARY KEY (run, position));
                    CREATE TABLE output (
                        run TEXT NOT NULL REFERENCES run ON DELETE CASCADE, stage TEXT NOT NULL,
                        name TEXT NOT NULL, digest TEXT NOT NULL,
                        PRIMARY KEY (run, stage, name));
                    """)
        }
        return migrator
    }
}

/// A row of the table `run`.
struct RunRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "run"

    let id: String
    let template: String
    let version: String?
    let pid: Int32?
    let folder: String?
    let host: String?
    let kernel: String?
    let cores: Int?
    let memory: Int64?
    let started: String
    let ended: String?
    let outcome: RunRecord.Outcome?
    let seconds: Double?
    let release: String?
    let digest: String?

    init(_ summary: RunSummary) {
        let origin = summary.origin
        id = summary.id
        template = summary.template
        version = origin?.version
        pid = origin?.process
        folder = origin?.folder
        host = origin?.host.name
        kernel = origin?.host.kernel
        cores = origin?.host.cores
        memory = origin?.host.memory
        started = summary.started
        ended = summary.ended
        outcome = summary.outcome
        seconds = summary.seconds
        release = summary.release?.path
        digest = summary.release?.digest?.hex
    }

    /// Where the run came from, if that is known.
    var origin: RunOrigin? {
        guard let version, let pid, let folder, let host, let kernel, let cores, let memory else { return nil }
        return RunOrigin(
            version: version, process: pid, folder: folder,
            host: RunHost(name: host, kernel: kernel, cores: cores, memory: memory))
    }
}

/// A row of the table `stage`.
struct StageRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "stage"

    let run: String
    let position: Int
    let name: String
    let key: String?
    let action: Plan.Action?
    let started: String?
    let seconds: Double?
    let accelerator: String?
    let message: String?
    let cause: String?
    /// A JSON array of lines.
    let evidence: [String]?
    let advice: String?

    init(_ stage: RunSummary.Stage, run: String, position: Int) {
        self.run = run
        self.position = position
        name = stage.name
        key = stage.key?.hex
        action = stage.action
        started = stage.started
        seconds = stage.seconds
        accelerator = stage.accelerator
        message = stage.failure?.message
        cause = stage.failure?.cause
        evidence = stage.failure?.evidence
        advice = stage.failure?.advice
    }

    /// The stage, with the digests of what it made.
    func stage(made: [String: Digest]) -> RunSummary.Stage {
        var stage = RunSummary.Stage(name: name)
        stage.key = key.flatMap { Digest(hex: $0) }.map(StageKey.init)
        stage.action = action
        stage.started = started
        stage.seconds = seconds
        stage.accelerator = accelerator
        stage.failure = message.map {
            StageFailure(message: $0, cause: cause, evidence: evidence ?? [], advice: advice)
        }
        stage.made = made
        return stage
    }
}

/// A row of the table `output`.
struct OutputRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "output"

    let run: String
    let stage: String
    let name: String
    let digest: String
}

extension RunRecord.Outcome: DatabaseValueConvertible {}
extension Plan.Action: DatabaseValueConvertible {}
