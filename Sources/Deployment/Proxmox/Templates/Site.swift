/// Where one template serves: a node, or several that share the storage with its disks.
struct Site: Sendable {
    /// The node that a new template is made on.
    let home: String
    /// All nodes that it serves.
    let nodes: [String]

    /// The sites of some nodes.
    static func of(_ nodes: [String], sharing: Bool) -> [Site] {
        guard let first = nodes.first, sharing else { return nodes.map { Site(home: $0, nodes: [$0]) } }
        return [Site(home: first, nodes: nodes)]
    }
}
