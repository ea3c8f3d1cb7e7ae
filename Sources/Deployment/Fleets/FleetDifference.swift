internal import HostSystem

/// What a fleet is and what it is to be.
enum FleetDifference {
    /// The lines of a diff: `- version: v1.2.0`, `+ version: v1.3.0`; what stays as it is has none.
    static func lines(from machines: [MachineRecord], to order: FleetOrder, _ image: DeployedImage) -> [String] {
        let old = Set(machines.map(\.edition))
        let wanted = fields(of: order.edition(of: image))
        var lines = difference("count", machines.isEmpty ? [] : ["\(machines.count)"], "\(order.count)")
        for (index, field) in wanted.enumerated() {
            lines += difference(field.name, Set(old.map { fields(of: $0)[index].value }), field.value)
        }
        return lines
    }

    private static func difference(_ name: String, _ old: Set<String>, _ new: String) -> [String] {
        guard old != [new] else { return [] }
        return old.sorted().map { "- \(name): \($0)" } + ["+ \(name): \(new)"]
    }

    private static func fields(of edition: MachineEdition) -> [(name: String, value: String)] {
        let shape = edition.shape
        return [
            ("template", edition.image.template), ("version", edition.image.version),
            ("image", edition.image.sha256.short), ("cpus", "\(shape.cpus)"), ("memory", "\(shape.memory)"),
            ("disk", shape.disk.map { "\($0)" } ?? "as the image"), ("network", shape.network ?? "none"),
            ("pool", shape.pool), ("store", shape.store.map { "\($0)" } ?? "none"),
            ("data", shape.data.isEmpty ? "none" : shape.data.map { "\($0)" }.joined(separator: ", ")),
            ("copy", shape.isFullCopy ? "full" : "overlay"),
            ("executor", shape.executor.rawValue), ("seed", edition.seed.short),
        ]
    }
}
