internal import HostSystem

extension TemplateReader {
    /// What no section can see alone.
    func check(_ template: Template, in keys: YAMLMapping, isoIsKnown: Bool, machineIsKnown: Bool) {
        let machineNode = keys.entries.first { $0.key.text == "machine" }?.value
        let diskPlace = machineNode?.entry("disk")?.place ?? machineNode?.place ?? keys.place
        if isoIsKnown, machineIsKnown { checkDisk(template, at: diskPlace) }
        if machineIsKnown, template.machine.network == .none { checkOffline(template) }
        if machineIsKnown { checkFormats(template, at: keys.place(of: "formats")) }
        checkConditions(template)
    }

    /// The disk must hold what the installer puts on it.
    private func checkDisk(_ template: Template, at place: YAMLPlace) {
        let minimum: ByteCount
        let reason: String
        if case .lab = template.iso.source {
            minimum = .gibibytes(3)
            reason = "the lab ISO"
        } else {
            let profile = template.answers.profile
            minimum = .gibibytes(AnswerKeys.profiles[profile] ?? 20)
            reason = "the profile '\(profile)'"
        }
        guard template.machine.disk < minimum else { return }
        let size = minimum.description.replacing(" ", with: "")
        reader.report(
            at: place, "a disk of \(template.machine.disk) is too small for \(reason), which needs \(minimum)",
            suggestion: "write 'disk: \(size)' or more under 'machine:'")
    }

    /// Without a network nothing can be fetched.
    private func checkOffline(_ template: Template) {
        let suggestion = "write 'network: user' under 'machine:'"
        let distribution = template.answers.distribution
        if AnswerKeys.distributions[distribution] == false, case .lab = template.iso.source {
            // The lab ISO refuses every distribution but its own, and says so itself.
        } else if AnswerKeys.distributions[distribution] == false,
            let answer = template.answers.entries.first(where: { $0.key == "KLDLOAD_DISTRO" })
        {
            reader.report(
                at: answer.place,
                "'\(distribution)' is installed from its own servers, which 'network: none' keeps out of reach; "
                    + "only debian and fedora install without a network",
                suggestion: suggestion)
        }
        for step in template.provision {
            guard case .packages = step.action else { continue }
            reader.report(
                at: step.place, "packages come from servers, which 'network: none' keeps out of reach",
                suggestion: suggestion)
        }
    }

    /// Not every format holds every disk.
    private func checkFormats(_ template: Template, at place: YAMLPlace) {
        for format in template.formats {
            guard let (reason, suggestion) = template.obstacle(to: format.name) else { continue }
            reader.report(at: place, reason, suggestion: "\(suggestion), or leave '\(format.name.rawValue)' away")
        }
    }

    /// A condition can ask only for what the template answers.
    private func checkConditions(_ template: Template) {
        let answered = template.answers.entries.compactMap { entry -> String? in
            guard case .text = entry.value, entry.key.hasPrefix("KLDLOAD_") else { return nil }
            return entry.key.dropFirst("KLDLOAD_".count).lowercased()
        }
        let names = Set(answered + ["profile", "distro"])
        for step in template.provision {
            for name in (step.condition?.names ?? []).subtracting(names).sorted() {
                reader.report(
                    at: step.place, "the condition asks for '\(name)', which the template does not answer",
                    suggestion: name.didYouMean(names.sorted()) ?? "the names are "
                        + names.sorted().joined(separator: ", "))
            }
        }
    }

    /// What no single answer can show.
    func check(_ answers: Template.Answers, at place: YAMLPlace) {
        let keys = Set(answers.entries.map(\.key))
        if !keys.contains("KLDLOAD_DISTRO") {
            reader.report(
                at: place, "there is no answer KLDLOAD_DISTRO, without which the installer refuses",
                suggestion: "add 'KLDLOAD_DISTRO: debian'")
        }
        if !keys.contains("KLDLOAD_PASSWORD") {
            reader.report(
                at: place, "there is no answer KLDLOAD_PASSWORD, for which the installer would wait an hour",
                suggestion: "add 'KLDLOAD_PASSWORD: { secret: generate }'")
        }
        for entry in answers.entries {
            checkValue(entry)
            if answers.way == .commandLine { checkCommandLine(entry) }
        }
    }

    private func checkValue(_ entry: Template.Answers.Entry) {
        if !AnswerKeys.known.contains(entry.key), entry.key.hasPrefix("KLDLOAD_"),
            let meant = AnswerKeys.known.sorted().first(where: { $0.editDistance(to: entry.key) == 1 })
        {
            reader.report(
                at: entry.place, "the installer does not know the key \(entry.key)",
                suggestion: "did you mean \(meant)?")
        }
        guard case .text(let text) = entry.value else { return }
        for (key, allowed) in [
            ("KLDLOAD_DISTRO", Array(AnswerKeys.distributions.keys)),
            ("KLDLOAD_PROFILE", Array(AnswerKeys.profiles.keys)),
        ] where entry.key == key && !allowed.contains(text) {
            reader.report(
                at: entry.place, "'\(text)' is no answer to \(key)",
                suggestion: text.didYouMean(allowed.sorted())
                    ?? "the answers are " + allowed.sorted().joined(separator: ", "))
        }
        if entry.key == "KLDLOAD_DISK", !text.hasPrefix("/dev/") {
            reader.report(at: entry.place, "'\(text)' is not a disk", suggestion: "write a device such as /dev/vda")
        }
        for rule in AnswerKeys.impossible where rule.key == entry.key && rule.when(text) {
            reader.report(at: entry.place, "with \(entry.key)=\(text) \(rule.why)", suggestion: rule.suggestion)
        }
    }

    /// The kernel's command line is readable by everybody, and knows only some keys.
    private func checkCommandLine(_ entry: Template.Answers.Entry) {
        let other = "set 'answers-by: seed-disk'"
        switch entry.value {
        case .secret:
            // The one secret without which nothing installs goes over the agent instead.
            guard entry.key != "KLDLOAD_PASSWORD" else { return }
            reader.report(
                at: entry.place, "the secret \(entry.key) can never go on the kernel's command line", suggestion: other)
        case .text(let text):
            if AnswerKeys.commandLine[entry.key] == nil {
                reader.report(
                    at: entry.place, "the answer \(entry.key) has no form on the kernel's command line",
                    suggestion: "remove it, or \(other)")
            }
            let plain = text.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                default: "/_.:@+-".utf8.contains(byte)
                }
            }
            if !plain || text.isEmpty {
                reader.report(
                    at: entry.place, "'\(text)' cannot stand on the kernel's command line",
                    suggestion: "use letters, digits and / _ . : @ + - only, or \(other)")
            }
        }
    }
}

extension YAMLNode {
    /// The value of a key, if this is a mapping that has it.
    func entry(_ key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key.text == key }?.value
    }
}
