internal import Deployment
internal import HostSystem

/// Machines of fleets, and what is to be done with them, as they are printed.
enum FleetReport {
    /// Prints the steps that a deployment would take.
    static func print(_ steps: [RolloutStep], _ format: OutputFormat) throws {
        if steps.isEmpty { Talk.say("nothing is to be done") }
        try print(lines: steps.map(\.description), format)
    }

    /// Prints lines, or as JSON a list of them.
    static func print(lines: [String], _ format: OutputFormat) throws {
        guard format == .text else { return try Talk.result(json: lines) }
        for line in lines { Talk.result(line) }
    }

    /// Prints machines: for people name, address, version and state.
    static func print(_ machines: [FleetMember], _ format: OutputFormat) throws {
        guard format == .text else { return try Talk.result(json: machines) }
        let rows = machines.map { machine in
            [
                machine.name, machine.address ?? "-", "\(machine.template) \(machine.version)", "\(machine.generation)",
                machine.state, machine.drift.joined(separator: "; "),
            ].map { TerminalText.plain($0) }
        }
        guard !rows.isEmpty else { return Talk.say("there are no machines") }
        let head = ["MACHINE", "ADDRESS", "RELEASE", "GENERATION", "STATE", "CHANGED BY HAND"]
        for line in TextTable.lines([head] + rows) { Talk.result(line) }
    }
}
