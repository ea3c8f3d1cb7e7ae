package import SystemPackage

/// The stages that a template runs through, as `pipelines/NAME.yaml` lists them.
package struct PipelineFile: Sendable {
    /// One stage of the list.
    package struct Entry: Sendable {
        /// The stage's name.
        package let name: String
        /// Where it stands.
        package let place: YAMLPlace
        /// Its options, to be read with a ``YAMLReader``; nil where the list gives only the name.
        package let options: YAMLNode?

        /// What it is called in this pipeline: a stage that may stand in it several times has an option `name`.
        package var label: String {
            guard let name = options?.entry("name"), case .scalar(let text, _) = name.content else { return self.name }
            return text
        }
    }

    /// The pipeline's name.
    package let name: String
    /// The file, as errors name it.
    package let file: FilePath
    /// One line for people.
    package let summary: String?
    /// The stages in order.
    package let entries: [Entry]

    /// The pipeline in `node`, whose stages must be among `stages`.
    package init(reading node: YAMLNode, name: String, file: FilePath, stages: [String]) throws(YAMLError) {
        let reader = YAMLReader()
        let parts = reader.mapping(node, named: "a pipeline") { keys in
            let items = keys.required("stages", example: "[install-system, seal]")
                .map { reader.list($0, named: "stages") }
            if items?.isEmpty == true { reader.report(at: keys.place, "the pipeline has no stage") }
            return (summary: keys.string("summary"), entries: (items ?? []).compactMap { Self.entry($0, reader) })
        }
        self.name = name
        self.file = file
        summary = parts?.summary
        entries = parts?.entries ?? []
        var seen: Set<String> = []
        for entry in entries {
            if !stages.contains(entry.name) {
                reader.report(
                    at: entry.place, "'\(entry.name)' is not a stage",
                    suggestion: entry.name.didYouMean(stages) ?? "the stages are " + stages.joined(separator: ", "))
            }
            let isTaken = entry.label != entry.name && stages.contains(entry.label)
            if isTaken || !seen.insert(entry.label).inserted {
                reader.report(
                    at: entry.place,
                    isTaken ? "'\(entry.label)' is a stage's own name" : "the stage '\(entry.label)' is there twice",
                    suggestion: entry.label == entry.name ? "leave one of them" : "give it another 'name'")
            }
        }
        try reader.finish()
    }

    private static func entry(_ node: YAMLNode, _ reader: YAMLReader) -> Entry? {
        switch node.content {
        case .scalar(let name, _):
            return Entry(name: name, place: node.place, options: nil)
        case .mapping(let entries) where entries.count == 1:
            return Entry(name: entries[0].key.text, place: entries[0].key.place, options: entries[0].value)
        default:
            reader.report(
                at: node.place, "a stage is a name, or a name with its options",
                suggestion: "write '- convert-image' or '- convert-image: { option: value }'")
            return nil
        }
    }
}
