/// The machines of ours on some nodes, and what has the name that a template shall have.
struct Survey: Sendable {
    /// A machine of ours.
    struct OwnMachine: Sendable {
        let place: MachinePlace
        let record: ProxmoxRecord
        let config: MachineConfig

        /// The machine of some settings; nil for one that is not ours.
        init?(_ place: MachinePlace, _ config: MachineConfig) {
            guard let record = ProxmoxRecord(config.description, of: place.vmid) else { return nil }
            (self.place, self.record, self.config) = (place, record, config)
        }

        /// Whether it can be cloned.
        var isTemplate: Bool { config.isTemplate }
        /// Whether it has the name of the template that counts, or the tag.
        var hasName: Bool { config.name == record.name || config.tags.contains(ProxmoxTag.current) }
        /// Whether it is a template that people use, or used.
        var isPublished: Bool { isTemplate && record.role == .template }
    }

    /// Ours, for the template's name, by number.
    let machines: [OwnMachine]
    /// Others' names, with where they are.
    let foreign: [String: [MachinePlace]]

    /// Looks at the nodes; what goes away meanwhile is passed over.
    init(of name: String, on nodes: [String], _ client: ProxmoxClient) async throws {
        var (machines, foreign): ([OwnMachine], [String: [MachinePlace]]) = ([], [:])
        for node in nodes {
            for machine in try await client.machines(of: node) {
                let place = MachinePlace(node: node, vmid: machine.vmid)
                if machine.tags.contains(ProxmoxTag.lock) { continue }
                if machine.tags.contains(where: { $0.hasPrefix(ProxmoxTag.ours) }) {
                    guard let config = try await client.configIfThere(of: place) else { continue }
                    if let own = OwnMachine(place, config), own.record.name == name {
                        machines.append(own)
                        continue
                    }
                }
                if let name = machine.name { foreign[name, default: []].append(place) }
            }
        }
        self.machines = machines.sorted { $0.place.vmid < $1.place.vmid }
        self.foreign = foreign
    }

    /// A machine, if it is there and ours.
    static func own(_ place: MachinePlace, _ client: ProxmoxClient) async throws -> OwnMachine? {
        try await client.configIfThere(of: place).flatMap { OwnMachine(place, $0) }
    }

    /// The machines of a site.
    func machines(in site: Site) -> [OwnMachine] {
        machines.filter { site.nodes.contains($0.place.node) }
    }

    /// Whether nothing is left of tries in a site, and no template has a name or a place that it should not have.
    func isTidy(in site: Site, but current: OwnMachine, keeping count: Int) -> Bool {
        let others = machines(in: site).filter { $0.place != current.place && $0.record.role != .machine }
        return others.count < count && others.allSatisfy { $0.isPublished && !$0.hasName }
    }

    /// The template that counts in a site: of those with the name, the one that got it last.
    func current(in site: Site) -> OwnMachine? {
        machines(in: site).filter { $0.isPublished && $0.config.name == $0.record.name }.max {
            $0.record.generation < $1.record.generation
        }
    }
}
