/// The machines of ours on some nodes, and what has the name that a template shall have.
struct Survey: Sendable {
    /// A machine of ours.
    struct OwnMachine: Sendable {
        let place: MachinePlace
        let record: ProxmoxRecord
        let config: MachineConfig

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
    /// All numbers that are taken on these nodes.
    let numbers: Set<Int>

    /// Looks at the nodes.
    init(of name: String, on nodes: [String], _ client: ProxmoxClient) async throws {
        var (machines, foreign, numbers): ([OwnMachine], [String: [MachinePlace]], Set<Int>) = ([], [:], [])
        for node in nodes {
            for machine in try await client.machines(of: node) {
                numbers.insert(machine.vmid)
                let place = MachinePlace(node: node, vmid: machine.vmid)
                if machine.tags.contains(ProxmoxTag.lock) { continue }
                if machine.tags.contains(where: { $0.hasPrefix(ProxmoxTag.ours) }),
                    let own = try await Self.own(place, client), own.record.name == name
                {
                    machines.append(own)
                } else if let name = machine.name {
                    foreign[name, default: []].append(place)
                }
            }
        }
        self.machines = machines.sorted { $0.place.vmid < $1.place.vmid }
        self.foreign = foreign
        self.numbers = numbers
    }

    /// A machine, if it is ours.
    static func own(_ place: MachinePlace, _ client: ProxmoxClient) async throws -> OwnMachine? {
        let config = try await client.config(of: place)
        guard let record = ProxmoxRecord(config.description, of: place.vmid) else { return nil }
        return OwnMachine(place: place, record: record, config: config)
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
