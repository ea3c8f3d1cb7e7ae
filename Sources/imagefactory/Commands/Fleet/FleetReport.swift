internal import Deployment
internal import HostSystem

/// Machines of fleets as they are printed.
enum FleetReport {
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
