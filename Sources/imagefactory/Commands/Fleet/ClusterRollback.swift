internal import Deployment
internal import HostSystem

/// Brings a fleet on a cluster back to the release before.
struct ClusterRollback {
    /// The fleet's name.
    let name: String
    /// The version; nil for the one before.
    let version: String?
    /// How many machines it is to have; nil for as many as there are.
    let count: Int?
    /// Where its machines are.
    let place: ProxmoxPlaceOptions
    /// How it goes there.
    let rollout: RolloutOptions
    /// The password of the machines' account; nil for none.
    let password: Secret?
    /// Whether only the steps are wanted.
    let isDryRun: Bool

    /// Verifies the release, and goes back to the template that the cluster has of it.
    func run(on client: ProxmoxClient, _ desk: DeployDesk, _ global: GlobalOptions) async throws {
        let host = try await ProxmoxHost(client)
        guard let rollback = try await ProxmoxFleetRollback(of: name, on: host) else {
            throw UnknownFleetError(name: name, host: "the cluster")
        }
        guard let target = rollback.target(version) else { throw FleetRollbackError.nothingBefore(name) }
        let release = try await rollback.release(target)
        let order = try order(rollback)
        let plan = try plan(rollback)
        try await desk.withSelection(global) { selection in
            let image = try await selection.image(release.template, .version(target.version)).image
            try rollback.check(release, is: image)
            let deployment = ProxmoxFleetDeployment(order, from: plan, through: client)
            guard !isDryRun else {
                return try FleetReport.print(try await deployment.preview(release: release), global.format)
            }
            let refused = release == rollback.edition.release ? nil : rollback.edition.fingerprint
            let (members, hasChanged) = try await deployment.run(release: release, refusing: refused)
            if !hasChanged { Talk.say("\(name) is at \(release.template) \(release.version) already") }
            try FleetReport.print(members, global.format)
        }
    }

    private func order(_ rollback: ProxmoxFleetRollback) throws -> ProxmoxFleetOrder {
        guard let count = count ?? rollback.count else {
            throw FleetRollbackError.halfWay(name, machines: rollback.present)
        }
        var shape = rollback.edition.shape
        guard shape.password == nil || password != nil else { throw HiddenPasswordError() }
        shape.password = password.map { .known($0) }
        return try ProxmoxFleetOrder(
            name: name, count: count, shape: shape, strategy: try rollout.rollout(), health: rollout.health,
            switchCommand: rollout.switchCommand, shutdownDeadline: rollout.shutdownDeadline)
    }

    private func plan(_ rollback: ProxmoxFleetRollback) throws -> TemplatePlan {
        var plan = try TemplatePlan(
            name: rollback.template, nodes: place.nodes, storage: rollback.storage, importStorage: rollback.storage,
            bridge: rollback.bridge)
        place.apply(to: &plan)
        return plan
    }
}
