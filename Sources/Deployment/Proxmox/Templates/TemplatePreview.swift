/// What a deployment would do, in sentences.
struct TemplatePreview {
    let plan: TemplatePlan
    let image: ImageSource
    let survey: Survey

    /// What it would do in a site.
    func lines(for site: Site) -> [String] {
        let nodes = site.nodes.joined(separator: ", ")
        let current = survey.current(in: site)
        let version = image.release.version
        guard let there = survey.template(of: image.release, plan, in: site) else {
            let made = "\(nodes): upload \(image.size) and make a template of \(version)"
            return [made, "\(nodes): " + Self.swap(plan.name, version, current)]
        }
        if there.place == current?.place { return ["\(nodes): \(plan.name) is \(there.place), of \(version), already"] }
        return ["\(nodes): \(there.place) is of \(version)", "\(nodes): " + Self.swap(plan.name, version, current)]
    }

    private static func swap(_ name: String, _ version: String, _ current: Survey.OwnMachine?) -> String {
        guard let current else { return "call it \(name), which no template is called now" }
        return "call it \(name) in the place of \(current.place), which is of \(current.record.release.version)"
    }
}

extension Survey {
    /// The template of a release with the settings of a plan, be it in use or not.
    func template(of release: ProxmoxRelease, _ plan: TemplatePlan, in site: Site) -> OwnMachine? {
        machines(in: site).filter {
            $0.isTemplate && $0.isOf(release, plan) && [.candidate, .template].contains($0.record.role)
        }
        .max { $0.record.generation < $1.record.generation }
    }

    /// The machines that earlier tries made for such a template, and did not come to make one.
    func candidates(of release: ProxmoxRelease, _ plan: TemplatePlan, in site: Site) -> [OwnMachine] {
        machines(in: site).filter { !$0.isTemplate && $0.isOf(release, plan) && $0.record.role == .candidate }
    }
}

extension Survey.OwnMachine {
    /// Whether it is of a release, with the settings of a plan.
    func isOf(_ release: ProxmoxRelease, _ plan: TemplatePlan) -> Bool {
        record.release == release && record.settings == plan.settingsDigest
    }
}
