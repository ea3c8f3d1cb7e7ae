internal import GRDB

extension History {
    /// How many of the newest runs of a stage an estimate follows, so that it follows changes too.
    private static let sample = 9

    /// How many seconds the stages of a template take on a host as a rule: the median of the newest runs of each in
    /// which it really ran, to its end, under the same accelerator.
    ///
    /// - Parameter accelerator: What will execute guests; nil if that is not known, and then it is taken to be what it
    ///   was the last time.
    /// - Returns: Seconds by stage name, without stages that never ran.
    package func estimates(
        of template: String, accelerator: String?, on host: RunHost = .current
    ) -> [String: Double] {
        let rows = try? database?.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    WITH earlier AS (
                        SELECT stage.*, run.template FROM stage JOIN run ON run.id = stage.run
                        WHERE run.host = :host AND run.cores = :cores),
                    sample AS (
                        SELECT name, seconds, row_number() OVER (PARTITION BY name ORDER BY run DESC) AS age
                        FROM earlier
                        WHERE template = :template AND action = 'run' AND seconds IS NOT NULL AND message IS NULL
                            AND (accelerator IS NULL OR accelerator = coalesce(:accelerator, (
                                SELECT accelerator FROM earlier WHERE accelerator IS NOT NULL
                                ORDER BY run DESC LIMIT 1))))
                    SELECT name, seconds FROM sample WHERE age <= :sample ORDER BY name, seconds
                    """,
                arguments: [
                    "host": host.name, "cores": host.cores, "template": template, "accelerator": accelerator,
                    "sample": Self.sample,
                ])
        }
        let times = (rows ?? []).map { (name: $0[0] as String, seconds: $0[1] as Double) }
        return Dictionary(grouping: times, by: \.name).mapValues { times in
            let middle = times.count / 2
            return times.count % 2 == 1
                ? times[middle].seconds : (times[middle - 1].seconds + times[middle].seconds) / 2
        }
    }
}
