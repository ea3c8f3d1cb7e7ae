/// What somebody did to a fleet by hand.
enum FleetDrift {
    /// What was changed, stopped or removed, a line for each machine and thing.
    ///
    /// A machine that is missing counts where the others are what is wanted: else the fleet is on its way somewhere.
    static func lines(of machines: [KVMMachine], wanted order: FleetOrder, _ goal: RolloutGoal) -> [String] {
        var lines = machines.flatMap { machine in machine.drift.map { "\(machine.record.name): \($0)" } }
        lines += machines.filter { $0.record.state == .healthy && !$0.isRunning }.map { "\($0.record.name): it is off" }
        let isSettled = !machines.isEmpty && machines.allSatisfy { $0.record.edition.fingerprint == goal.edition }
        guard isSettled, machines.count < order.count else { return lines }
        let present = Set(machines.map(\.record.number))
        let missing = (1...order.count).filter { !present.contains($0) }.prefix(order.count - machines.count)
        return lines + missing.map { "\(order.name)-\($0): it is missing" }
    }
}
