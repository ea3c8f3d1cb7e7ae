import HostSystem
import ProxmoxStandIn
import Testing

@testable import Deployment

/// An upgrade in which something goes wrong, and the same command once more.
struct FaultTrial {
    let scene: ProxmoxScene
    private let plan: TemplatePlan
    private let others: [MachineState]

    /// Lends a trial on a cluster with a template in use, and a machine and a template of others.
    static func with(
        patience: ProxmoxPatience = ProxmoxScene.patience, _ body: (FaultTrial) async throws -> Void
    ) async throws {
        var model = ClusterModel.usual()
        model.machines = [
            MachineModel(vmid: 200, node: "pve1", name: "database"),
            MachineModel(vmid: 201, node: "pve1", name: "theirs", isTemplate: true),
        ]
        try await ProxmoxScene.with(model, patience: patience) { scene in
            await scene.server.watchTemplate(named: "web", tag: "imagefactory-current")
            var plan = try scene.plan()
            plan.keep = 1
            plan.checks = ["true"]
            let others = await scene.server.machines()
            try await scene.deploy(0, plan)
            try await body(FaultTrial(scene: scene, plan: plan, others: others))
        }
    }

    private init(scene: ProxmoxScene, plan: TemplatePlan, others: [MachineState]) {
        self.scene = scene
        self.plan = plan
        self.others = others
    }

    /// Upgrades to a version while a fault waits, and then without one.
    ///
    /// - Parameter allowsLocks: Whether machines may stay that a restart left locked, which a token cannot unlock.
    /// - Returns: Whether the fault met its request, and what the first try failed with.
    @discardableResult
    func run(
        _ fault: Fault, at point: FaultPoint, upgradingTo version: Int, allowsLocks: Bool = false
    ) async throws -> (fired: Bool, error: (any Error)?) {
        var failure: (any Error)?
        let fired = try await scene.server.withFault(at: point, fault) {
            do {
                try await scene.deploy(version, plan)
            } catch {
                failure = error
            }
        }
        try await scene.server.recover()
        let comment: Comment = "\(fault) at \(point), \(failure.map { "\($0)" } ?? "without an error")"
        if let failure { #expect(Self.isNamed(failure), comment) }
        let deployed = try await scene.deploy(version, plan)
        #expect(await scene.currentTemplates().map(\.vmid) == deployed.map(\.vmid), comment)
        #expect(await scene.leftovers(besidesLocked: allowsLocks) == [], comment)
        let strangers = await scene.server.machines().filter { machine in others.contains { $0.vmid == machine.vmid } }
        #expect(strangers == others, comment)
        #expect(scene.server.violations == [], comment)
        expectSecrecy(failure)
        return (fired, failure)
    }

    /// Whether an error says what, which and what to do, and is no accident of ours.
    private static func isNamed(_ error: any Error) -> Bool {
        error is ProxmoxError || error is ProxmoxDeploymentError || error is VanishedError
    }

    private func expectSecrecy(_ error: (any Error)?) {
        let secret = scene.server.account.secret.reveal()
        let told =
            scene.talk.lines + scene.server.requests.map { "\($0) \($0.parameters)" } + ["\(String(describing: error))"]
        #expect(told.allSatisfy { !$0.contains(secret) })
    }
}
