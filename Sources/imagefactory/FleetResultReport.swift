internal import Deployment
internal import HostSystem

/// What became of fleets in a pass, as it is printed.
enum FleetResultReport {
    /// Prints the results; for people, only what is not as it was.
    static func print(_ results: [FleetResult], _ format: OutputFormat) throws {
        guard format == .text else { return try Talk.result(json: results) }
        for result in results where result.outcome != .unchanged {
            let version = result.version.map { " \($0)" } ?? ""
            Talk.result(TerminalText.plain("\(result.fleet)\(version): \(result.word)"))
            for line in result.difference + result.details + [result.reason].compactMap(\.self) {
                Talk.result(TerminalText.plain("  \(line)"))
            }
        }
        let unchanged = results.count { $0.outcome == .unchanged }
        Talk.say("\(results.count) fleets, \(unchanged) unchanged")
    }
}
