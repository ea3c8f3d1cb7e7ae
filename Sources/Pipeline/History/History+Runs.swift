internal import Foundation
internal import GRDB
internal import HostSystem

extension History {
    /// Remembers all that is known of a run, in the place of what was remembered of it before.
    func save(_ summary: RunSummary) throws {
        try database?.write { database in
            try RunRow.deleteOne(database, key: summary.id)
            try RunRow(summary).insert(database)
            for (position, stage) in summary.stages.enumerated() {
                try StageRow(stage, run: summary.id, position: position).insert(database)
                for (name, digest) in stage.made {
                    try OutputRow(run: summary.id, stage: stage.name, name: name, digest: digest.hex).insert(database)
                }
            }
        }
    }

    /// The runs that are remembered: the template of each, by the run's id.
    func templates() throws -> [String: String] {
        let rows = try database?.read { try Row.fetchAll($0, sql: "SELECT id, template FROM run") } ?? []
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }

    /// What is remembered of a run.
    func summary(of id: String) throws -> RunSummary? {
        try database?.read { database in
            guard let row = try RunRow.fetchOne(database, key: id) else { return nil }
            let stages = try StageRow.filter(Column("run") == id).order(Column("position")).fetchAll(database)
            let outputs = try OutputRow.filter(Column("run") == id).fetchAll(database)
            var summary = RunSummary(id: row.id, template: row.template, started: row.started)
            summary.ended = row.ended
            summary.origin = row.origin
            summary.outcome = row.outcome
            summary.seconds = row.seconds
            summary.release = row.release.map {
                PublishedRelease(path: $0, digest: row.digest.flatMap { Digest(hex: $0) })
            }
            summary.stages = stages.map { stage in
                let made = outputs.filter { $0.stage == stage.name }.compactMap { output in
                    Digest(hex: output.digest).map { (output.name, $0) }
                }
                return stage.stage(made: Dictionary(uniqueKeysWithValues: made))
            }
            return summary
        } ?? nil
    }
}
