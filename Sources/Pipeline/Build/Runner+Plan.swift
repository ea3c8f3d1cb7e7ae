extension Runner {
    /// What ``run(in:events:)`` would do now.
    package func plan() async throws -> Plan {
        var itinerary = Itinerary(stages, options: options)
        try await itinerary.resolve(from: 0, store: store, token: nil)
        itinerary.decide(from: 0, store: store)
        let stored = store.entries.filter { $0.template == template }
        return Plan(
            steps: itinerary.stops.map { stop in
                Plan.Step(
                    stage: stop.stage.name, summary: type(of: stop.stage).summary, product: stop.product,
                    key: stop.key, action: stop.action, reason: reason(for: stop, stored: stored))
            })
    }

    private func reason(for stop: Itinerary.Stop, stored: [StoreEntry]) -> String {
        switch (stop.action, stop.product) {
        case (_, .nothing): return "it always runs"
        case (.cached, _): return "its result is stored"
        case (.notNeeded, _): return "nothing needs its result"
        case (.run, _) where stop.isForced: return "it was asked for"
        case (.run, _): break
        }
        guard let ingredients = stop.ingredients, stop.key != nil else {
            return "what it needs is not known before the stages above ran"
        }
        let earlier = stored.filter { $0.ingredients[stop.stage.name] != nil }
        guard let newest = store.newest(of: earlier), let old = newest.ingredients[stop.stage.name] else {
            return "it never ran"
        }
        let changes = ingredients.changes(since: old)
        return changes.isEmpty ? "a stage above changed" : changes.joined(separator: ", ")
    }
}

extension Ingredients {
    /// What differs from earlier ingredients, in words.
    func changes(since old: Ingredients) -> [String] {
        var changes = options == old.options ? [] : ["its options changed"]
        for name in Set(inputs.keys).union(old.inputs.keys).sorted() where inputs[name] != old.inputs[name] {
            changes.append(
                old.inputs[name] == nil ? "\(name) is new" : "\(name) \(inputs[name] == nil ? "is gone" : "changed")")
        }
        for name in Set(tools.keys).union(old.tools.keys).sorted() where tools[name] != old.tools[name] {
            changes.append("\(name) is \(tools[name] ?? "not used"), and was \(old.tools[name] ?? "not used")")
        }
        return changes
    }
}
