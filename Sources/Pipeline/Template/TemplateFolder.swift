internal import HostSystem
package import SystemPackage

/// The folder that holds `templates/` and `pipelines/`.
package struct TemplateFolder: Sendable {
    /// The folder; paths in templates are relative to it.
    package let root: FilePath

    /// The folder at a known place.
    package init(root: FilePath) {
        self.root = root.absolute
    }

    /// The folder at a place that somebody named.
    package static func open(_ root: FilePath) throws(TemplateFolderError) -> TemplateFolder {
        let folder = TemplateFolder(root: root)
        guard folder.root.appending("templates").isFolder else { throw .noRoot(folder.root) }
        return folder
    }

    /// The nearest folder with `templates/` in it, from `start` upwards.
    package static func locate(from start: FilePath) throws(TemplateFolderError) -> TemplateFolder {
        var folder = start.absolute
        while !folder.appending("templates").isFolder {
            guard folder.removeLastComponent() else { throw .noTemplates(start: start.absolute) }
        }
        return TemplateFolder(root: folder)
    }

    /// The names of all templates, sorted.
    package var names: [String] {
        Self.yamlFiles(in: root.appending("templates"))
    }

    /// The template of each tag series, as far as the templates' files can be read.
    package var templatesBySeries: [String: String] {
        names.compactMap(identity).reduce(into: [:]) { $0[$1.series.value] = $1.image.value }
    }

    /// The template `name`, checked by itself and against the others.
    ///
    /// - Throws: ``YAMLError`` with all that is wrong, ``TemplateFolderError`` when there is no such template.
    package func load(_ name: String) throws -> Template {
        guard names.contains(name) else { throw TemplateFolderError.unknown(name: name, known: names) }
        let (template, problems) = try read(name)
        let clashes = clashes(of: names.compactMap(identity)).filter { $0.place.file == file(name) }
        guard let template, problems.isEmpty, clashes.isEmpty else { throw YAMLError(problems + clashes) }
        return template
    }

    /// All templates; what is wrong in any of them is reported together.
    package func loadAll() throws -> [Template] {
        var templates: [Template] = []
        var problems = clashes(of: names.compactMap(identity))
        for name in names {
            let (template, found) = try read(name)
            template.map { templates.append($0) }
            problems += found
        }
        guard problems.isEmpty else { throw YAMLError(problems) }
        return templates
    }

    /// The files that a build of `template` reads here, relative to the root: its own, those it shares, its pipeline's.
    package func files(of template: Template) throws -> [FilePath] {
        let own = try YAMLFile.read(root.pushing(template.file), named: template.file)
        let shared = own.entry("shared").map { YAMLReader().list($0, named: "shared") } ?? []
        let names = shared.compactMap { YAMLReader().string($0, named: "a shared file") }
        return [template.file] + names.map { Self.shared.appending("\($0).yaml") } + [
            file(ofPipeline: template.pipeline)
        ]
    }

    /// The pipeline `name`, whose stages must be among `stages`.
    package func pipeline(_ name: String, stages: [String]) throws -> PipelineFile {
        let file = file(ofPipeline: name)
        guard root.pushing(file).exists else {
            throw TemplateFolderError.unknownPipeline(
                name: name, known: Self.yamlFiles(in: root.appending("pipelines")))
        }
        return try PipelineFile(
            reading: YAMLFile.read(root.pushing(file), named: file), name: name, file: file, stages: stages)
    }

    /// The names of the YAML files in a folder, without their endings.
    static func yamlFiles(in folder: FilePath) -> [String] {
        folder.folderEntries.map { FilePath($0) }.filter { $0.extension == "yaml" }.compactMap(\.stem)
    }

    private static let shared: FilePath = "templates/_shared"

    private func file(ofPipeline name: String) -> FilePath {
        FilePath("pipelines").appending("\(name).yaml")
    }

    private func file(_ name: String) -> FilePath {
        FilePath("templates").appending("\(name).yaml")
    }

    /// A template and what is wrong with it.
    private func read(_ name: String) throws -> (Template?, [YAMLProblem]) {
        let reader = YAMLReader()
        do {
            let own = try YAMLFile.read(root.pushing(file(name)), named: file(name))
            let node = try own.merged(over: shared(by: own, reader: reader))
            let template = TemplateReader(reader: reader, file: file(name), root: root).template(from: node)
            return (template, reader.problems)
        } catch let error as YAMLError {
            return (nil, reader.problems + error.problems)
        }
    }

    /// The shared files that a template names, the later over the earlier.
    private func shared(by node: YAMLNode, reader: YAMLReader) throws -> YAMLNode {
        let folder = Self.shared
        let known = Self.yamlFiles(in: root.pushing(folder))
        var base = YAMLNode(content: .mapping([]), place: node.place)
        guard let list = node.entry("shared") else { return base }
        for item in reader.list(list, named: "shared") {
            guard let name = reader.string(item, named: "a shared file") else { continue }
            guard known.contains(name) else {
                reader.report(
                    at: item.place, "there is no shared file '\(name)' in \(folder)",
                    suggestion: name.didYouMean(known) ?? "there are " + known.joined(separator: ", "))
                continue
            }
            let file = folder.appending("\(name).yaml")
            let node = try YAMLFile.read(root.pushing(file), named: file)
            for key in ["image", "shared", "series"] {
                guard let value = node.entry(key) else { continue }
                reader.report(
                    at: value.place, "'\(key)' belongs to a template, not to a shared file", suggestion: "remove it")
            }
            base = node.merged(over: base)
        }
        return base
    }

    /// What a template is called, even if the rest of it cannot be read.
    private func identity(_ name: String) -> (image: Placed<String>, series: Placed<String>)? {
        func text(_ key: String, in node: YAMLNode) -> Placed<String>? {
            guard let value = node.entry(key), case .scalar(let text, _) = value.content else { return nil }
            return Placed(text, at: value.place)
        }
        guard let node = try? YAMLFile.read(root.pushing(file(name)), named: file(name)),
            let image = text("image", in: node)
        else { return nil }
        return (image, text("series", in: node) ?? image)
    }

    /// Two templates must not share a name or a series: their releases and tags would mix.
    private func clashes(of identities: [(image: Placed<String>, series: Placed<String>)]) -> [YAMLProblem] {
        var problems: [YAMLProblem] = []
        for (index, one) in identities.enumerated() {
            for (otherIndex, other) in identities.enumerated() where index != otherIndex {
                if one.image.value == other.image.value {
                    problems.append(
                        YAMLProblem(
                            at: one.image.place,
                            "the image '\(one.image.value)' is also made by \(other.image.place)",
                            suggestion: "give each template a name of its own"))
                } else if one.series.value == other.series.value {
                    problems.append(
                        YAMLProblem(
                            at: one.series.place,
                            "the series '\(one.series.value)' also belongs to \(other.series.place)",
                            suggestion: "give each template a series of its own"))
                }
            }
        }
        return problems
    }
}

/// Why a template cannot be found.
package enum TemplateFolderError: Error, CustomStringConvertible {
    /// No folder with templates.
    case noTemplates(start: FilePath)
    /// A folder that was named has no templates.
    case noRoot(FilePath)
    /// No template of that name.
    case unknown(name: String, known: [String])
    /// No pipeline of that name.
    case unknownPipeline(name: String, known: [String])

    package var description: String {
        switch self {
        case .noTemplates(let start):
            "there is no folder 'templates' in \(start) or above it; change into a folder that has one"
        case .noRoot(let root):
            "there is no folder 'templates' in \(root); --root and IMAGEFACTORY_ROOT name the folder that holds it"
        case .unknown(let name, let known):
            "there is no template '\(name)'; "
                + ((FilePath(name).stem ?? name).didYouMean(known) ?? "there are: \(known.joined(separator: ", "))")
        case .unknownPipeline(let name, let known):
            "there is no pipeline '\(name)'; "
                + (name.didYouMean(known) ?? "there are: \(known.joined(separator: ", "))")
        }
    }
}
