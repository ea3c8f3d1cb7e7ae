/// A template of which there must be a usable one at every instant, from the first one on.
struct Watch: Sendable, Hashable {
    let name: String
    let tag: String?
    let node: String?
    var hasBeenThere = false
    var isThere = false
}

extension Cluster {
    /// Starts to watch.
    func watch(_ watch: Watch) {
        watches.append(watch)
        checkWatches()
    }

    /// Looks whether what must be there is there; called at every change of machines and volumes.
    func checkWatches() {
        for (index, watch) in watches.enumerated() {
            let isThere = machines.values.contains { isUsable($0, for: watch) }
            if !isThere, watch.isThere {
                let place = watch.node.map { " on \($0)" } ?? ""
                journal.report(
                    .invariant, "there is no usable template '\(watch.name)'\(place) any more", request: Self.request)
            }
            watches[index].isThere = isThere
            watches[index].hasBeenThere = watch.hasBeenThere || isThere
        }
    }

    /// Whether clones can be made of it: it is a template, nobody works on it, and its disks are there.
    private func isUsable(_ machine: MachineState, for watch: Watch) -> Bool {
        machine.isTemplate && machine.lock == nil && machine.name == watch.name
            && watch.tag.map(machine.tags.contains) != false && watch.node.map { $0 == machine.node } != false
            && !machine.disks.isEmpty
            && machine.disks.values.allSatisfy { volume($0.volume, on: machine.node) != nil }
    }
}
