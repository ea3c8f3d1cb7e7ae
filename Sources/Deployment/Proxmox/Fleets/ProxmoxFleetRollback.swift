internal import HostSystem

/// What a fleet on a cluster goes back to.
package struct ProxmoxFleetRollback: Sendable {
    /// The newest machines' edition, which is gone back from.
    package let edition: ProxmoxEdition
    /// The release before, as the fleet itself remembers it; nil where it does not.
    package let previous: PreviousRelease?
    /// How many machines there are.
    package let count: Int
    /// The name of the template in the cluster.
    package let template: String
    /// The storage of the newest machine's disk.
    package let storage: String
    /// The bridge that it is connected to.
    package let bridge: String
    private let host: ProxmoxHost

    /// Looks at a fleet; nil where there is none.
    package init?(of fleet: String, on host: ProxmoxHost) async throws {
        let machines = try await host.machines(of: fleet)
        let whole = machines.filter { $0.member.state != .incomplete && $0.drift.isEmpty }
        guard let newest = (whole.isEmpty ? machines : whole).max(by: { $0.member.series < $1.member.series }) else {
            return nil
        }
        edition = newest.edition
        previous = newest.member.previous
        count = machines.count
        template = newest.record.name
        storage = newest.storage
        bridge = newest.bridge
        self.host = host
    }

    /// The release of a version as the cluster has a template of it.
    ///
    /// - Throws: ``ProxmoxDeploymentError`` `noTemplateOf`; ``FleetRollbackError`` when it is not the release that the fleet ran.
    package func release(_ version: String) async throws -> ProxmoxRelease {
        let survey = try await Survey(of: template, on: host.nodes, host.client)
        let found = survey.machines.filter {
            $0.isPublished && $0.record.release.template == edition.release.template
                && $0.record.release.version == version
        }
        guard let newest = found.max(by: { $0.record.generation < $1.record.generation })?.record.release else {
            throw ProxmoxDeploymentError.noTemplateOf(template, version, node: host.nodes.first ?? "")
        }
        if let previous, previous.version == version, previous.release != newest.digest {
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
