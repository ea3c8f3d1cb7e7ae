internal import HostSystem

/// What a machine's record tells of the editions of its fleet, on a host and in a cluster alike.
struct FleetTrace: Sendable, Hashable {
    /// The fingerprint of its edition.
    let edition: Digest
    /// Which of the fleet's editions it is of, counted from 1.
    let generation: Int
    /// The edition that the fleet goes back from, or went back from; nil for none.
    let refused: Digest?
    /// Whether its making was not finished, or its removal was begun.
    let isIncomplete: Bool
    /// Whether it has passed its gates.
    let isHealthy: Bool
    /// Whether somebody changed it.
    let isChanged: Bool

    /// A machine on a host.
    init(_ record: MachineRecord, drift: [String]) {
        edition = record.edition.fingerprint
        generation = record.generation
        refused = record.refused
        isIncomplete = record.state == .incomplete
        isHealthy = record.state == .healthy
        isChanged = !drift.isEmpty
    }

    /// A machine in a cluster.
    init(_ member: FleetPlace, drift: [String]) {
        edition = member.edition
        generation = member.series
        refused = member.refused
        isIncomplete = member.state == .incomplete
        isHealthy = member.state == .healthy
        isChanged = !drift.isEmpty
    }

    /// Whether its fleet goes back from its own edition.
    private var isLeaving: Bool { edition == refused }
    /// Whether it is complete, and as it was deployed.
    private var isWhole: Bool { !isIncomplete && !isChanged }

    /// The index of the machine whose edition a fleet goes back from, to the release that this machine remembers; nil
    /// where there is none.
    static func origin(of traces: [FleetTrace]) -> Int? {
        let whole = traces.indices.filter { traces[$0].isWhole }
        // Such are left where going back was broken off; what was made on the way is newer, and remembers nothing.
        let leaving = traces.indices.filter { traces[$0].isLeaving }
        let choices = [whole.filter { traces[$0].isLeaving }, leaving, whole, Array(traces.indices)]
        return choices.first { !$0.isEmpty }?.max { traces[$0].generation < traces[$1].generation }
    }

    /// How many machines their fleet has; nil where it is half-way between editions, so that others may be wanted.
    static func settledCount(of traces: [FleetTrace]) -> Int? {
        let isHalfWay = traces.contains { $0.isIncomplete || $0.isLeaving || $0.edition != traces[0].edition }
        return isHalfWay ? nil : traces.count
    }

    /// The index of the machine that shows what a fleet was before it goes to an edition; nil for a new fleet.
    static func standing(of traces: [FleetTrace], besides edition: Digest) -> Int? {
        traces.indices.filter { traces[$0].isWhole && traces[$0].isHealthy && traces[$0].edition != edition }
            .max { traces[$0].generation < traces[$1].generation }
    }
}
