internal import SystemPackage

extension TemplateReader {
    /// One item of `provision:`, with exactly one of `upload`, `run` and `packages`.
    func provisionStep(_ node: YAMLNode) -> Template.ProvisionStep? {
        reader.mapping(node, named: "a provision step") { keys -> Template.ProvisionStep? in
            let readers = [("upload", uploadStep), ("run", runStep), ("packages", packagesStep)]
            let steps = readers.compactMap { name, read in keys.optional(name).map { read($0) } }
            guard steps.count == 1 else {
                reader.report(
                    at: node.place, steps.isEmpty ? "this step does nothing" : "this step does \(steps.count) things",
                    suggestion: "give each step exactly one of upload, run and packages")
                return nil
            }
            return steps.first ?? nil
        } ?? nil
    }

    private func uploadStep(_ node: YAMLNode) -> Template.ProvisionStep? {
        reader.mapping(node, named: "upload") { keys -> Template.ProvisionStep? in
            _ = keys.required("from", example: "files/")
            _ = keys.required("to", example: "/etc/")
            let from = keys.placedString("from")
            let to = keys.placedString("to")
            if let to, !to.value.hasPrefix("/") {
                reader.report(
                    at: to.place, "'\(to.value)' is not an absolute path in the guest",
                    suggestion: "write '/\(to.value)'")
            }
            let common = common(keys)
            guard let from, let to else { return nil }
            return common.step(.upload(from: existingPath(from), to: to.value), at: node.place)
        } ?? nil
    }

    private func runStep(_ node: YAMLNode) -> Template.ProvisionStep? {
        if case .scalar = node.content {
            return reader.string(node, named: "run").map {
                Common.standard.step(.run(.commands($0)), at: node.place)
            }
        }
        return reader.mapping(node, named: "run") { runStep($0, at: node.place) } ?? nil
    }

    /// The script or the commands of a mapping, with what every step can say.
    func runStep(_ keys: YAMLMapping, at place: YAMLPlace) -> Template.ProvisionStep? {
        let script = keys.placedString("script")
        let commands = keys.placedString("commands")
        let common = common(keys)
        switch (script, commands) {
        case (let script?, nil):
            return common.step(.run(.file(existingPath(script))), at: place)
        case (nil, let commands?):
            return common.step(.run(.commands(commands.value)), at: place)
        default:
            reader.report(
                at: place, "this step must run either a script or commands",
                suggestion: "give exactly one of 'script: FILE' and 'commands: TEXT'")
            return nil
        }
    }

    private func packagesStep(_ node: YAMLNode) -> Template.ProvisionStep? {
        if case .list = node.content {
            return Common.standard.step(.packages(packages(node)), at: node.place)
        }
        return reader.mapping(node, named: "packages") { keys in
            let names = keys.required("names", example: "[htop]").map(packages) ?? []
            return common(keys).step(.packages(names), at: node.place)
        }
    }

    private func packages(_ node: YAMLNode) -> [String] {
        let items = reader.list(node, named: "packages")
        if case .list = node.content, items.isEmpty {
            reader.report(at: node.place, "the list of packages is empty", suggestion: "remove the step")
        }
        return items.compactMap { item in
            guard let name = reader.string(item, named: "a package") else { return nil }
            let isPlain = name.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                default: "+._:@~=-".utf8.contains(byte)
                }
            }
            guard isPlain, let first = name.first, first.isLetter || first.isNumber || first == "@" else {
                reader.report(at: item.place, "'\(name)' cannot be the name of a package")
                return nil
            }
            return name
        }
    }

    private func common(_ keys: YAMLMapping) -> Common {
        var common = Common.standard
        keys.duration("timeout").map { common.timeout = $0 }
        keys.integer("retries", in: 0...100).map { common.retries = $0 }
        if let text = keys.placedString("when") {
            do throws(ConditionError) {
                common.condition = try Condition(parsing: text.value)
            } catch {
                reader.report(
                    at: text.place, "the condition '\(text.value.brief)' cannot be read: \(error)",
                    suggestion: "write it like 'profile != core and distro == debian'")
            }
        }
        return common
    }
}

/// What every kind of step can say.
private struct Common {
    var timeout: Duration
    var retries: Int
    var condition: Condition?

    static let standard = Common(timeout: .seconds(600), retries: 0)

    func step(_ action: Template.ProvisionStep.Action, at place: YAMLPlace) -> Template.ProvisionStep {
        Template.ProvisionStep(action: action, timeout: timeout, retries: retries, condition: condition, place: place)
    }
}
