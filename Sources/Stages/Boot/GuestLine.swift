internal import Machines
internal import Pipeline

/// The parts of all stages that share a boot, one after another, with a key for the guest's state before each.
///
/// ```
/// booted ── key 0 ── part 0 ── key 1 ── part 1 ── key 2 ── …
/// ```
/// Equal keys mean equal states: the same disk in the same making, the same machine, and the same parts done.
struct GuestLine: Sendable {
    /// One part of the line.
    struct Stop: Sendable {
        /// The part.
        let part: GuestPart
        /// The index of the stage that it belongs to.
        let stage: Int
        /// The key of the guest's state before the part.
        let key: StageKey
    }

    /// The parts in order.
    let stops: [Stop]

    /// The line of `stages` in a machine that boots a disk.
    ///
    /// - Parameters:
    ///   - disk: Which disk in which making it is.
    ///   - machine: What the machine is made of, in words, with the versions of what runs it.
    init(_ stages: [any GuestStage], disk: String, machine: [String: String]) async throws {
        var key = try StageKey(
            previous: nil, name: "boot", revision: 1,
            ingredients: Ingredients(options: machine.merging(["disk": disk]) { $1 }))
        var stops: [Stop] = []
        for (index, stage) in stages.enumerated() {
            for part in try await stage.parts() {
                stops.append(Stop(part: part, stage: index, key: key))
                key = try StageKey(
                    previous: key, name: stage.name, revision: type(of: stage).revision, ingredients: part.recipe)
            }
        }
        self.stops = stops
    }

    /// The keys of the states that a build may go on from: none behind a part that must always be done.
    var usableKeys: [StageKey] {
        let end = stops.firstIndex { !$0.part.isSkippable } ?? stops.count - 1
        return stops.prefix(end + 1).map(\.key)
    }
}
