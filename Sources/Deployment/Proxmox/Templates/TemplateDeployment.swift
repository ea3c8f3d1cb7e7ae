internal import HostSystem

/// A template as it stands after a deployment.
package struct DeployedTemplate: Sendable, Encodable {
    /// The nodes that it serves.
    package let nodes: [String]
    /// Its number.
    package let vmid: Int
    /// Its name.
    package let name: String
    /// The version that it is of.
    package let version: String
    /// Whether it was not in use before.
    package let isNew: Bool
    /// The numbers of the templates that were in use before.
    package let replaced: [Int]
    /// The numbers of the older ones that were removed.
    package let removed: [Int]

    private enum CodingKeys: String, CodingKey {
        case nodes, vmid, name, version, replaced, removed
        case isNew = "new"
    }
}

/// Brings an image to a cluster as a template, and puts that into use in the place of an older one.
///
/// ```
/// look            nothing is changed before all of it is good
/// upload          with its checksum; once, where the nodes share the storage
/// make            a machine with the image as its disk, then a template
/// prove           a clone of it starts, its agent answers, the checks pass
/// swap            the new one gets the name, then the old one loses it
/// tidy            older ones go, but for some and for those that clones are linked to
/// ```
/// The new template is ready on all nodes before any node swaps. At each moment a template has the name, from the first one
/// on. A try that fails removes what it made, and what a killed one left is found by the next: each step looks first.
package struct TemplateDeployment: Sendable {
    private let client: ProxmoxClient
    private let plan: TemplatePlan
    private let image: ImageSource

    /// A deployment of an image.
    package init(of image: ImageSource, by plan: TemplatePlan, through client: ProxmoxClient) {
        self.client = client
        self.plan = plan
        self.image = image
    }

    /// What would be done, in sentences; nothing is changed by asking.
    ///
    /// - Throws: ``ProxmoxDeploymentError``, ``ProxmoxError``.
    package func preview() async throws -> [String] {
        let (findings, survey) = try await look()
        return findings.warnings.map { "warning: \($0)" }
            + findings.sites.flatMap { TemplatePreview(plan: plan, image: image, survey: survey).lines(for: $0) }
    }

    /// Deploys.
    ///
    /// - Throws: ``ProxmoxDeploymentError``, ``ProxmoxError``, `CancellationError`.
    package func run() async throws -> [DeployedTemplate] {
        let (findings, survey) = try await look()
        findings.warnings.forEach { client.report("warning: \($0)") }
        let lock = ClusterLock(
            client: client, subject: "template-\(plan.name)", node: findings.nodes[0], pool: plan.pool)
        if let deployed = try await settled(findings, survey), try await !lock.isTaken() { return deployed }
        return try await lock.hold { held in
            let attempt = Attempt(client: client)
            return try await withCleanup {
                try await deploy(findings, attempt, held)
            } cleanup: {
                await attempt.cleanUp()
            }
        }
    }

    private func deploy(
        _ findings: Preflight.Findings, _ attempt: Attempt, _ held: HeldLock
    ) async throws -> [DeployedTemplate] {
        // What was seen before the lock was ours may have changed.
        let survey = try await survey(findings)
        try await Remains(client: client, plan: plan, image: image).clear(survey, findings)
        let ready = try await TemplateMaker(
            client: client, plan: plan, image: image, attempt: attempt, findings: findings, survey: survey
        ).run()
        var deployed: [DeployedTemplate] = []
        for (site, place) in ready {
            try await held.confirm()
            let swap = TemplateSwap(client: client, plan: plan, site: site, attempt: attempt)
            let (isNew, replaced) = try await swap.run(to: place)
            deployed.append(
                DeployedTemplate(
                    nodes: site.nodes, vmid: place.vmid, name: plan.name, version: image.release.version,
                    isNew: isNew, replaced: replaced,
                    removed: try await Retention(client: client, plan: plan, site: site).run()))
        }
        return deployed
    }

    /// The templates as they are, where there is nothing to do on any node; nil where there is.
    private func settled(_ findings: Preflight.Findings, _ survey: Survey) async throws -> [DeployedTemplate]? {
        var deployed: [DeployedTemplate] = []
        for site in findings.sites {
            guard let current = survey.current(in: site), current.isOf(image.release, plan), current.record.isProven,
                survey.isTidy(in: site, but: current, keeping: plan.keep)
            else { return nil }
            deployed.append(
                DeployedTemplate(
                    nodes: site.nodes, vmid: current.place.vmid, name: plan.name, version: image.release.version,
                    isNew: false, replaced: [], removed: []))
        }
        guard try await Remains(client: client, plan: plan, image: image).uploads(findings).isEmpty else { return nil }
        return deployed
    }

    private func look() async throws -> (Preflight.Findings, Survey) {
        let findings = try await Preflight(client: client, plan: plan, image: image).run()
        return (findings, try await survey(findings))
    }

    private func survey(_ findings: Preflight.Findings) async throws -> Survey {
        let survey = try await Survey(of: plan.name, on: findings.nodes, client)
        if let place = survey.foreign[plan.name]?.first {
            throw ProxmoxDeploymentError.nameTaken(plan.name, place)
        }
        return survey
    }
}
