internal import HostSystem

/// Has a template of an image ready in each site: uploaded, made and proven, and not yet in use.
struct TemplateMaker {
    let client: ProxmoxClient
    let plan: TemplatePlan
    let image: ImageSource
    let attempt: Attempt
    let findings: Preflight.Findings
    let survey: Survey

    /// Makes what is not there yet.
    func run() async throws -> [(Site, MachinePlace)] {
        let groups = findings.sharesUploads ? [findings.sites] : findings.sites.map { [$0] }
        var ready: [(Site, MachinePlace)] = []
        for group in groups {
            let places = try await machines(in: group)
            for (site, place) in zip(group, places) {
                try await prove(place)
                ready.append((site, place))
            }
        }
        return ready
    }

    /// A machine with the image in each site, by one upload.
    private func machines(in group: [Site]) async throws -> [MachinePlace] {
        var found: [MachinePlace?] = []
        for site in group { found.append(try await existing(in: site)) }
        guard let first = zip(group, found).first(where: { $0.1 == nil })?.0 else { return found.compactMap(\.self) }
        let upload = ImageUpload(client: client, plan: plan, image: image, attempt: attempt, findings: findings)
        return try await upload.lend(to: first.home) { volume in
            var places: [MachinePlace] = []
            for (site, place) in zip(group, found) {
                if let place {
                    places.append(place)
                } else {
                    places.append(try await make(on: site.home, from: volume))
                }
            }
            return places
        }
    }

    /// What an earlier try made of the same image, or an earlier deployment.
    private func existing(in site: Site) async throws -> MachinePlace? {
        if let template = survey.template(of: image.release, plan, in: site) {
            if template.record.role == .candidate { await attempt.owns(template.place, made: template.record.run) }
            return template.place
        }
        for candidate in survey.candidates(of: image.release, plan, in: site) {
            do {
                try await client.waitForLock(on: candidate.place)
                client.report("going on with \(candidate.place), which an earlier try made")
                await attempt.owns(candidate.place, made: candidate.record.run)
                return candidate.place
            } catch let error as ProxmoxDeploymentError where error.isAbandonment {
                client.report("warning: \(error)")
            }
        }
        return nil
    }

    private func make(on node: String, from volume: String) async throws -> MachinePlace {
        client.report("\(node): making a machine from \(volume)")
        let name = "\(plan.name.prefix(50))-\(image.release.image.short.prefix(8))"
        let numbers = MachineNumbers(client: client, attempt: attempt, range: plan.vmids)
        return try await numbers.make(on: node) { vmid in
            let record = ProxmoxRecord(
                role: .candidate, vmid: vmid, name: plan.name, release: image.release, settings: plan.settingsDigest,
                run: attempt.run)
            let own = [
                ("vmid", "\(vmid)"), ("name", name), ("description", record.text),
                ("tags", ProxmoxTag.replacing([], by: ProxmoxTag.candidate)),
                ("scsi0", "\(plan.storage):0,import-from=\(volume),discard=on,ssd=1,iothread=1"),
            ]
            return try await client.post(["nodes", node, "qemu"], own + plan.hardware)
        }
    }

    /// Makes a machine a template, and shows by a clone that it works; what was shown before is not shown again.
    private func prove(_ place: MachinePlace) async throws {
        guard let machine = try await Survey.own(place, client) else { throw VanishedError(place: place) }
        if !machine.isTemplate {
            client.report("\(place.node): making \(place.vmid) a template")
            try await client.makeTemplate(place)
        }
        guard !machine.record.isProven else { return }
        try await Canary(client: client, plan: plan, attempt: attempt).run(from: place, of: machine.record)
        guard let template = try await Survey.own(place, client) else { throw VanishedError(place: place) }
        var record = template.record
        record.isProven = true
        let text = record.text(replacing: template.record, in: template.config.description)
        try await client.change(place, [("description", text)], since: template.config)
    }
}

/// A machine of ours that is no longer there, or no longer ours.
package struct VanishedError: Error, CustomStringConvertible {
    /// Where it was.
    package let place: MachinePlace

    package var description: String { "\(place) was removed or changed by somebody else meanwhile; try again" }
}
