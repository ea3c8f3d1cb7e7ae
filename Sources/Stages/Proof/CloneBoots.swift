internal import Attestation
internal import DiskImages
internal import GuestAgent
internal import HostSystem
internal import Machines
internal import Pipeline
internal import SystemPackage

/// The boots of a sealed disk: two clones at the same time and without a seed, so that nothing hides what the seal left;
/// and, where that is wanted, a third with a seed, on a larger disk.
///
/// ```
/// clone:  boot, identities, inventory, tests, ports
/// twin:   boot, identities;  then seeded:  boot, what it took of its seed, how it has grown
/// ```
struct CloneBoots: Sendable {
    let machines: BuildMachines
    let sealed: FilePath
    let work: StageWork

    /// What one machine showed.
    private enum Sight: Sendable {
        case clone(FirstLook)
        case twin(CloneLook, SeededLook?)
    }

    /// What all of them showed.
    func run() async throws -> CloneFindings {
        try await withThrowingTaskGroup(of: Sight.self) { group in
            group.addTask { .clone(try await lookAtClone()) }
            group.addTask { try await lookAtTwin() }
            var found: FirstLook?
            var twin: (look: CloneLook, seeded: SeededLook?)?
            // What fails first ends the other.
            for try await sight in group {
                switch sight {
                case .clone(let first): found = first
                case .twin(let look, let seeded): twin = (look, seeded)
                }
            }
            guard let found, let twin else { throw CancellationError() }
            return CloneFindings(
                clones: [found.look, twin.look], seeded: twin.seeded, tests: found.tests, ports: found.ports,
                inventory: found.inventory, agentNeededSeed: agentSeed != nil)
        }
    }

    /// What is found out in the first clone alone.
    private struct FirstLook: Sendable {
        let look: CloneLook
        let tests: [TestOutcome]
        let ports: [ListeningPort]
        let inventory: Inventory?
    }

    private var template: Template { machines.template }
    private var agentSeed: CloneSeed? { machines.agentSeed(beside: sealed) }

    /// A clone as users start it, with a network card of its own, since a lease shows another identity.
    private func twin(_ role: String) -> Clone {
        var clone = Clone(role, of: sealed, for: template.machine)
        if clone.network == .none { clone.network = .user }
        clone.seed = agentSeed
        return clone
    }

    /// The tests come last, since they may write.
    private func lookAtClone() async throws -> FirstLook {
        try await machines.withClone(twin("clone"), work) { guest, time in
            let look = try await look("clone", at: guest, after: time)
            let inventory = try await takeInventory(of: guest)
            let tests = try await GuestTests(tests: template.tests).run(in: guest, report: work.report)
            let ports = try await OpenPorts.find(by: guest.agent)
            return FirstLook(look: look, tests: tests, ports: ports, inventory: inventory)
        }
    }

    private func lookAtTwin() async throws -> Sight {
        let (seen, size) = try await machines.withClone(twin("twin"), work) { guest, time -> (CloneLook, Int64) in
            let seen = try await look("twin", at: guest, after: time)
            return (seen, try await DiskGrowth.size(in: guest.agent))
        }
        guard template.proof.grows || seen.facts.hasCloudInit else { return .twin(seen, nil) }
        return .twin(seen, try await lookAtSeeded(trial: seen.facts.hasCloudInit ? SeedTrial() : nil, before: size))
    }

    /// One boot serves the seed and the growth.
    private func lookAtSeeded(trial: SeedTrial?, before: Int64) async throws -> SeededLook {
        var clone = Clone("seeded", of: sealed, for: template.machine)
        let grows = template.proof.grows
        if grows { clone.size = try LayerReader.open(sealed).size + DiskGrowth.addition.bytes }
        clone.seed = agentSeed
        if let trial { clone.seed = CloneSeed(enablesAgent: agentSeed != nil, trial: trial) }
        return try await machines.withClone(clone, work) { guest, time in
            SeededLook(
                look: CloneLook(
                    role: "seeded", time: time, identities: nil, facts: try await CloneFacts.find(in: guest)),
                seed: try await trial?.result(in: guest.agent),
                growth: grows ? try await DiskGrowth.find(in: guest.agent, before: before) : nil)
        }
    }

    private func look(_ role: String, at guest: Guest, after time: Duration) async throws -> CloneLook {
        CloneLook(
            role: role, time: time, identities: try await IdentityRecord.take(by: guest.agent),
            facts: try await CloneFacts.find(in: guest))
    }

    private func takeInventory(of guest: Guest) async throws -> Inventory? {
        guard try await GuestInventory.isNeeded(by: guest.agent) else { return nil }
        work.report("listing what is on the disk, which libguestfs cannot read")
        return try await GuestInventory.take(
            by: guest.agent, in: work.folder, log: work.run.log(of: ProveSeal.name))
    }
}

/// What clones of a sealed disk showed.
struct CloneFindings: Sendable {
    /// The two that ran at the same time.
    let clones: [CloneLook]
    /// The third; nil where neither a seed nor growth was to be tried.
    let seeded: SeededLook?
    /// How the template's tests went.
    let tests: [TestOutcome]
    /// Where the first one listens.
    let ports: [ListeningPort]
    /// What is on the disk; nil where libguestfs can read that.
    let inventory: Inventory?
    /// Whether nobody could have looked into the clones without a seed that lets their agent run programs.
    let agentNeededSeed: Bool
}

/// What one clone showed.
struct CloneLook: Sendable {
    /// What it is called.
    let role: String
    /// How long it took to boot.
    let time: Duration
    /// What identifies it; nil where that was not asked.
    let identities: IdentityRecord?
    /// How it is.
    let facts: CloneFacts
}

/// What the clone with a seed and a larger disk showed.
struct SeededLook: Sendable {
    /// How it is.
    let look: CloneLook
    /// What it took of its seed; nil if there is no cloud-init.
    let seed: SeedResult?
    /// How it has grown; nil if it need not.
    let growth: DiskGrowth?
}
