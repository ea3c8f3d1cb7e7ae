package import SystemPackage

/// A stage of the user's own, as a pipeline's `run` entry describes it.
///
/// ```yaml
/// - run: { name: scan, in: host, script: scripts/scan.sh, timeout: 10min, retries: 1, when: "profile != core" }
/// - run: { name: harden, in: guest, commands: "apt-get -y purge rpcbind", layer: own }
/// ```
package struct UserRun: Sendable {
    /// Where a stage of the user's own runs.
    package enum Side: String, Sendable, CaseIterable {
        /// In the installed system, as root.
        case guest
        /// On this host, as the user who builds.
        case host
    }

    /// What becomes of the layer that a stage in the guest writes.
    package enum Layer: String, Sendable, CaseIterable {
        /// It is shared with the guest stages beside it, and so is the boot.
        case shared
        /// The stage has a boot and a layer of its own, which a later build can go on from.
        case own
    }

    /// What the stage is called.
    package let name: String
    /// Where it runs.
    package let side: Side
    /// What becomes of its layer.
    package let layer: Layer
    /// What it runs, how long that may take, and how often it is tried again.
    package let step: Template.ProvisionStep

    /// Reads the options of a `run` entry; paths in it are relative to `root`, the folder that holds `templates/`.
    package init(reading entry: PipelineFile.Entry, root: FilePath) throws(YAMLError) {
        let reader = YAMLReader()
        guard let options = entry.options else {
            reader.report(
                at: entry.place, "'run' needs to know what to run",
                suggestion: "write '- run: { name: scan, in: host, script: scripts/scan.sh }'")
            throw YAMLError(reader.problems)
        }
        let run = TemplateReader(reader: reader, file: entry.place.file, root: root).userRun(options)
        try reader.finish()
        guard let run else { throw YAMLError(reader.problems) }
        self = run
    }

    init(name: String, side: Side, layer: Layer, step: Template.ProvisionStep) {
        self.name = name
        self.side = side
        self.layer = layer
        self.step = step
    }
}

extension TemplateReader {
    /// `{ name: scan, in: host, script: scripts/scan.sh }`
    fileprivate func userRun(_ node: YAMLNode) -> UserRun? {
        reader.mapping(node, named: "run") { keys -> UserRun? in
            _ = keys.required("name", example: "scan")
            let name = keys.placedString("name")
            if let name { checkName(name.value, of: "name", at: name.place) }
            _ = keys.required("in", example: "guest")
            let side = keys.word("in", as: UserRun.Side.self)
            let layer = keys.word("layer", as: UserRun.Layer.self)
            if side == .host, layer != nil {
                reader.report(
                    at: keys.place(of: "layer"), "a stage on the host writes no layer", suggestion: "remove 'layer'")
            }
            guard let step = runStep(keys, at: node.place), let name, let side else { return nil }
            return UserRun(name: name.value, side: side, layer: layer ?? .shared, step: step)
        } ?? nil
    }
}
