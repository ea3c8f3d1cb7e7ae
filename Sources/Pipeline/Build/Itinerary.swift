/// Which stages there are, which of them share a boot, and what is known about each: the thinking behind ``Plan``.
struct Itinerary: Sendable {
    /// One stage and what is known about it.
    struct Stop: Sendable {
        /// The stage.
        let stage: any Stage
        /// The stages that run together, as indices; a stage that shares no boot stands alone.
        let group: Range<Int>
        /// Its key; nil if it keeps nothing or its ingredients are not known yet.
        var key: StageKey?
        /// What shapes its result.
        var ingredients: Ingredients?
        /// The key of what it is made from.
        var previous: StageKey?
        /// The key for which ``key`` stands in, because the work is repeated on request.
        var repeated: StageKey?
        /// Whether it must run even if its result is stored.
        var isForced = false
        /// What happens to it.
        var action = Plan.Action.run

        /// What it yields.
        var product: StageProduct { type(of: stage).product }
    }

    /// The stages in order.
    var stops: [Stop]

    /// The stages, of which those from `from` on must run; all of them unless `usesCache`.
    init(_ stages: [any Stage], options: Runner.Options) {
        var groups: [Range<Int>] = []
        for (index, stage) in stages.enumerated() {
            if let last = groups.last, Self.isShared(by: stage, stages[last.lowerBound]) {
                groups[groups.count - 1] = last.lowerBound..<(index + 1)
            } else {
                groups.append(index..<(index + 1))
            }
        }
        stops = groups.flatMap { group in group.map { Stop(stage: stages[$0], group: group) } }
        let named = options.from.flatMap { from in stages.firstIndex { $0.name == from } }
        let first = options.usesCache ? named.map { stops[$0].group.lowerBound } : 0
        for index in stops.indices { stops[index].isForced = first.map { index >= $0 } ?? false }
    }

    private static func isShared(by stages: any Stage...) -> Bool {
        stages.allSatisfy { type(of: $0).sharesBoot && !$0.hasOwnLayer }
    }

    /// The stop whose key names the result of the stop at `index`: the last of those that share its boot.
    func result(of index: Int) -> Stop {
        stops[stops[index].group.upperBound - 1]
    }

    /// What shapes the stages' results, as far as that is known; by stage name.
    var ingredients: [String: Ingredients] {
        stops.reduce(into: [:]) { $0[$1.stage.name] = $1.ingredients }
    }

    /// Finds out the keys of the stages from `start` on; ``decide(from:store:)`` says what happens to each.
    ///
    /// - Parameter token: What a repetition on request is called; nil if it is not known, when only planning.
    mutating func resolve(from start: Int, store: Store, token: String?) async throws {
        for index in start..<stops.count where stops[index].product != .nothing {
            do {
                try await resolveKey(at: index, store: store, token: token)
            } catch let error as CancellationError {
                throw error
            } catch {
                throw StageError(stage: stops[index].stage.name, cause: error)
            }
        }
    }

    private mutating func resolveKey(at index: Int, store: Store, token: String?) async throws {
        stops[index].key = nil
        let (previous, isKnown) = previous(of: index)
        stops[index].previous = previous
        let stage = stops[index].stage
        guard isKnown, let ingredients = try await stage.ingredients() else { return }
        stops[index].ingredients = ingredients
        let base = try StageKey(
            previous: previous, name: stage.name, revision: type(of: stage).revision, ingredients: ingredients)
        var key = store.renewal(of: base).map(base.renewed) ?? base
        if stops[index].isForced, store.holds(key) {
            guard let token else { return }
            key = base.renewed(by: token)
            stops[index].repeated = base
        }
        stops[index].key = key
    }

    /// The key of what the stage at `index` is made from; not known if that stage's own key is not.
    private func previous(of index: Int) -> (key: StageKey?, isKnown: Bool) {
        let wanted: Set<StageProduct> = stops[index].product == .report ? [.disk, .images] : [.disk]
        guard let stop = stops[..<index].last(where: { wanted.contains($0.product) }) else { return (nil, true) }
        return (stop.key, stop.key != nil)
    }

    /// Walks back from the last stage, to find what must run so that nothing is missing at the end.
    mutating func decide(from start: Int, store: Store) {
        var wantsDisk = !stops.contains { $0.product == .images }
        for index in stops.indices.reversed() where index >= start {
            let isStored = result(of: index).key.map(store.holds) ?? false
            switch stops[index].product {
            case .nothing:
                stops[index].action = .run
                if !stops[..<index].contains(where: { $0.product == .images }) { wantsDisk = true }
            case .images, .report:
                stops[index].action = isStored ? .cached : .run
                if !isStored { wantsDisk = true }
            case .disk:
                stops[index].action = isStored ? .cached : wantsDisk ? .run : .notNeeded
                let isFirstOfGroup = stops[index].group.lowerBound == index
                if isStored, isFirstOfGroup { wantsDisk = false }
            }
        }
        // A disk that is made again has other bytes: what is known about the earlier one says nothing about it.
        let made = stops.indices.first { $0 >= start && stops[$0].product == .disk && stops[$0].action == .run }
        guard let made else { return }
        for index in stops.indices where index > made { stops[index].action = .run }
    }
}
