internal import HostSystem

/// What a fleet on a cluster goes back to.
package struct ProxmoxFleetRollback: Sendable {
    /// The edition that is gone back from: the newest machines', or that of a rollback that was broken off.
    package let edition: ProxmoxEdition
    /// The release before, as the fleet itself remembers it; nil where it does not.
    package let previous: PreviousRelease?
    /// How many machines there are.
    package let present: Int
    /// How many machines the fleet is to have; nil where it is half-way between releases, and they do not tell.
    package let count: Int?
    /// The name of the template in the cluster.
    package let template: String
    /// The storage of the disks of that edition.
    package let storage: String
    /// The bridge that its machines are connected to.
    package let bridge: String
    private let host: ProxmoxHost

    /// Looks at a fleet; nil where there is none.
    package init?(of fleet: String, on host: ProxmoxHost) async throws {
        let machines = try await host.machines(of: fleet)
        let traces = machines.map { FleetTrace($0.member, drift: $0.drift) }
        guard let origin = FleetTrace.origin(of: traces).map({ machines[$0] }) else { return nil }
        edition = origin.edition
        previous = origin.member.previous
        present = machines.count
        count = FleetTrace.settledCount(of: traces)
        template = origin.record.name
        storage = origin.storage
        bridge = origin.bridge
        self.host = host
    }

    /// The release to go back to: a version that somebody names, or the one before; nil where that is not known.
    package func target(_ version: String?) -> RollbackTarget? {
        RollbackTarget(version, of: edition.release.template, before: previous)
    }

    /// The release to go back to as the cluster has a template of it.
    ///
    /// - Throws: ``ProxmoxDeploymentError`` `noTemplateOf`; ``FleetRollbackError`` when it is not the release that the fleet ran.
    package func release(_ target: RollbackTarget) async throws -> ProxmoxRelease {
        let survey = try await Survey(of: template, on: host.nodes, host.client)
        let found = survey.machines.filter {
            $0.isPublished && $0.record.release.template == target.template
                && $0.record.release.version == target.version
        }
        guard let newest = found.max(by: { $0.record.generation < $1.record.generation })?.record.release else {
            throw ProxmoxDeploymentError.noTemplateOf(template, target.version, node: host.nodes.first ?? "")
        }
        if let previous, previous.template == target.template, previous.version == target.version,
            previous.release != newest.digest
        {
            throw FleetRollbackError.otherRelease(previous, found: newest.digest)
        }
        return newest
    }

    /// Makes sure that a template is of the image that was verified.
    ///
    /// - Throws: ``FleetRollbackError``
    package func check(_ release: ProxmoxRelease, is image: DeployedImage) throws(FleetRollbackError) {
        guard release.digest == image.release, release.image == image.sha256 else {
            throw .otherRelease(PreviousRelease(release), found: image.release)
        }
    }
}
