internal import HostSystem
internal import SystemPackage

/// Reads one template from its YAML; a file per section holds the rest of it.
struct TemplateReader {
    /// Where problems go.
    let reader: YAMLReader
    /// The template's file, as errors name it.
    let file: FilePath
    /// The folder that holds `templates/`.
    let root: FilePath

    /// The template in `node`; what is wrong with it goes to the reader, and defaults stand in for it.
    func template(from node: YAMLNode) -> Template? {
        reader.mapping(node, named: "a template") { keys in
            let name = name(in: keys)
            _ = keys.optional("shared")
            let iso = keys.required("iso", example: "{ lab: debian13 }").flatMap(iso)
            let machine = machine(keys.optional("machine"))
            let answers = answers(keys)
            let template = Template(
                name: name,
                summary: line("summary", in: keys) ?? name,
                file: file,
                root: root,
                pipeline: pipeline(in: keys),
                series: self.name("series", in: keys) ?? name,
                iso: iso ?? Template.ISO(source: .lab(""), checksum: nil, place: keys.place),
                machine: machine ?? Template.Machine.standard,
                boot: boot(keys.optional("boot")),
                answers: answers,
                provision: keys.read("provision") { $0.list($1, named: $2) }?.compactMap(provisionStep) ?? [],
                seal: seal(keys),
                allowances: allowances(keys.optional("audit")),
                tests: tests(keys.optional("tests")),
                proof: proof(keys.optional("proof"), bus: machine?.diskBus ?? .virtio),
                formats: formats(keys.optional("formats")),
                deadlines: deadlines(keys.optional("deadlines")),
                maxAge: keys.duration("max-age"))
            check(template, in: keys, isoIsKnown: iso != nil, machineIsKnown: machine != nil)
            return template
        }
    }

    /// A path of the template's, which is relative to the folder that holds `templates/`.
    func path(_ text: String) -> FilePath {
        root.pushing(FilePath(text)).lexicallyNormalized()
    }

    /// A path of the template's to something that must be there.
    func existingPath(_ text: Placed<String>) -> FilePath {
        let path = path(text.value)
        if !path.exists {
            reader.report(
                at: text.place, "'\(text.value)' is not there", suggestion: "paths are relative to \(root)")
        }
        return path
    }

    private func name(in keys: YAMLMapping) -> String {
        let node = keys.required("image", example: file.stem ?? "golden-debian13")
        guard let node, let name = reader.string(node, named: "image") else { return file.stem ?? "" }
        checkName(name, of: "image", at: node.place)
        if let stem = file.stem, stem != name {
            reader.report(
                at: node.place, "the image is called '\(name)', but its file '\(stem).yaml'",
                suggestion: "call both the same")
        }
        return name
    }

    private func name(_ key: String, in keys: YAMLMapping) -> String? {
        guard let name = keys.placedString(key) else { return nil }
        checkName(name.value, of: key, at: name.place)
        return name.value
    }

    /// Notes that a name is none that files, machines and tags can carry.
    func checkName(_ name: String, of key: String, at place: YAMLPlace) {
        let isPlain = name.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".utf8.contains($0) }
        if !isPlain || name.isEmpty || name.utf8.count > 63 || name.hasPrefix("-") || name.hasSuffix("-") {
            reader.report(
                at: place, "'\(name)' cannot be the \(key)",
                suggestion: "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends")
        }
        for channel in ["dev", "staging", "prod"] where name == channel || name.hasSuffix("-" + channel) {
            reader.report(
                at: place, "the \(key) '\(name)' ends in the name of a channel",
                suggestion: "leave '\(channel)' away: the channel belongs to the promotion, not to the name")
        }
    }

    /// A text on one line.
    func line(_ key: String, in keys: YAMLMapping) -> String? {
        guard let text = keys.placedString(key) else { return nil }
        if text.value.contains(where: \.isNewline) {
            reader.report(at: text.place, "'\(key)' must be one line")
        }
        return text.value
    }

    private func pipeline(in keys: YAMLMapping) -> String {
        let folder = root.appending("pipelines")
        let names = TemplateFolder.yamlFiles(in: folder)
        guard let name = keys.placedString("pipeline") else { return "golden" }
        if !names.contains(name.value) {
            reader.report(
                at: name.place, "there is no pipeline '\(name.value)' in \(folder)",
                suggestion: name.value.didYouMean(names) ?? "there are " + names.joined(separator: ", "))
        }
        return name.value
    }
}
