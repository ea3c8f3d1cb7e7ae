package import Deployment
internal import HostSystem
internal import ProxmoxStandIn
package import Testing

/// A way from one version to another and back, at any request of which something may go wrong.
package protocol UpgradeStory: Sendable {
    /// Makes what there is to upgrade, at version 0.
    func begin(in scene: ProxmoxScene) async throws

    /// Upgrades to a version.
    func upgrade(to version: Int, in scene: ProxmoxScene, through client: ProxmoxClient) async throws

    /// Expects what such an upgrade leaves in the cluster, and nothing else of ours.
    ///
    /// - Parameter sparesLocked: Whether machines may be left that a node's restart has locked.
    func expectDone(_ version: Int, in scene: ProxmoxScene, sparesLocked: Bool, _ comment: Comment) async throws
}

/// A template that gives way to its next version.
package struct TemplateUpgrade: UpgradeStory {
    /// The story.
    package init() {}

    private func plan(in scene: ProxmoxScene) throws -> TemplatePlan {
        var plan = try scene.plan()
        plan.keep = 1
        plan.checks = ["true"]
        return plan
    }

    package func begin(in scene: ProxmoxScene) async throws {
        try await scene.deploy(0, try plan(in: scene))
    }

    package func upgrade(to version: Int, in scene: ProxmoxScene, through client: ProxmoxClient) async throws {
        try await scene.deploy(version, try plan(in: scene), through: client)
    }

    package func expectDone(
        _ version: Int, in scene: ProxmoxScene, sparesLocked: Bool, _ comment: Comment
    ) async throws {
        let release = try await scene.release(version)
        let current = await scene.currentTemplates()
        #expect(current.count == 1, comment)
        #expect(current.allSatisfy { $0.description.contains(release.digest.hex) }, comment)
        #expect(await scene.leftovers(besidesLocked: sparesLocked) == [], comment)
    }
}

/// A fleet of two whose machines are replaced one by one, of which one always serves.
package struct FleetUpgrade: UpgradeStory {
    /// The story.
    package init() {}

    private func plan(in scene: ProxmoxScene) throws -> TemplatePlan {
        var plan = try scene.plan()
        plan.keep = 2
        return plan
    }

    package func begin(in scene: ProxmoxScene) async throws {
        for version in 0...1 { try await scene.deploy(version, try plan(in: scene)) }
        try await upgrade(to: 0, in: scene, through: scene.client)
    }

    package func upgrade(to version: Int, in scene: ProxmoxScene, through client: ProxmoxClient) async throws {
        var order = try ProxmoxFleetOrder(name: "app", count: 2)
        order.health = HealthPolicy(checks: [.command("true")], deadline: .seconds(4))
        order.shutdownDeadline = .seconds(1)
        _ = try await ProxmoxFleetDeployment(order, from: try plan(in: scene), through: client)
            .run(release: try await scene.release(version))
    }

    package func expectDone(
        _ version: Int, in scene: ProxmoxScene, sparesLocked: Bool, _ comment: Comment
    ) async throws {
        let release = try await scene.release(version)
        let machines = await scene.machines(besidesLocked: sparesLocked)
        #expect(machines.map(\.name).sorted() == ["app-1", "app-2"], comment)
        for machine in machines {
            #expect(machine.isRunning && machine.description.contains(release.digest.hex), comment)
            #expect(machine.description.contains("State: healthy"), comment)
        }
    }
}
