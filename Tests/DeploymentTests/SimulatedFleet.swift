import Deployment
import HostSystem
import Synchronization

/// A host that keeps its machines in memory, can be stopped after any change, and watches that nobody goes too far.
final class SimulatedFleet: FleetHost {
    struct State {
        var machines: [FleetMachine]
        var badEditions: Set<Digest> = []
        var impossibleEditions: Set<Digest> = []
        /// The fewest machines that were healthy at any time.
        var fewestHealthy: Int
        var most = 0
        var changes = 0
        var switches: [[Int]] = []
        var log: [String] = []
    }

    let state: Mutex<State>
    /// The number of the change at which it ends; nil for never.
    let end: Int?

    init(_ machines: [FleetMachine], bad: Set<Digest> = [], impossible: Set<Digest> = [], stoppingAt end: Int? = nil) {
        var state = State(machines: machines, fewestHealthy: machines.count { $0.condition == .healthy })
        state.badEditions = bad
        state.impossibleEditions = impossible
        self.state = Mutex(state)
        self.end = end
    }

    var now: State { state.withLock { $0 } }

    func machines() async throws -> [FleetMachine] { now.machines }
    func fingerprint(of edition: Digest) -> Digest { edition }

    struct Impossible: Error {}

    func create(_ number: Int, as edition: Digest) async throws {
        try change("create \(number)") {
            $0.append(FleetMachine(number: number, edition: edition, condition: .incomplete))
        }
        guard !now.impossibleEditions.contains(edition) else { throw Impossible() }
        try set(number, .stopped)
        try set(number, .running)
    }

    func start(_ number: Int) async throws { try set(number, .running) }

    func judge(_ number: Int) async throws -> HealthOutcome {
        let machine = now.machines.first { $0.number == number }
        let isBad = machine.map { now.badEditions.contains($0.edition) } ?? true
        try set(number, isBad ? .running : .healthy)
        return isBad ? .bad("it is bad") : .good
    }

    func remove(_ number: Int) async throws {
        try set(number, .incomplete)
        try change("remove \(number)") { $0.removeAll { $0.number == number } }
    }

    func switchOver(to numbers: [Int]) async throws {
        state.withLock { $0.switches.append(numbers) }
    }

    private func set(_ number: Int, _ condition: FleetMachine.Condition) throws {
        try change("\(condition.rawValue) \(number)") { machines in
            guard let index = machines.firstIndex(where: { $0.number == number }) else { return }
            machines[index].condition = condition
        }
    }

    private func change(_ what: String, _ body: (inout [FleetMachine]) -> Void) throws {
        let isOver = state.withLock { state in
            body(&state.machines)
            state.changes += 1
            state.log.append(what)
            state.most = max(state.most, state.machines.count)
            state.fewestHealthy = min(state.fewestHealthy, state.machines.count { $0.condition == .healthy })
            return state.changes == end
        }
        if isOver { throw CancellationError() }
    }
}
