internal import Attestation
internal import DiskImages
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// What a run read and did, told as SLSA provenance: everything that went into the images, by digest.
struct ProvenanceRecord {
    let manifest: ReleaseManifest
    let template: Template
    /// The files of the recipe, by their paths in it.
    let recipe: [String: Digest]
    let ingredients: [String: Ingredients]
    let inventory: Inventory?
    let source: RecipeSource?
    let run: RunRecord
    /// When the images were finished, RFC 3339.
    let finished: String

    /// The provenance.
    var provenance: Provenance {
        Provenance(
            buildDefinition: .init(
                externalParameters: externalParameters, internalParameters: internalParameters,
                resolvedDependencies: [medium] + recipeFiles + inputs + packages),
            runDetails: .init(
                builder: .init(version: ["imagefactory": run.version]),
                metadata: .init(invocationId: run.id, startedOn: run.started, finishedOn: finished)))
    }

    /// What the caller chose.
    private var externalParameters: [String: JSONValue] {
        [
            "template": .string(template.file.string), "version": .string(manifest.version),
            "formats": .array(manifest.images.map { .string($0.format.rawValue) }),
        ]
    }

    /// What follows from it.
    private var internalParameters: [String: JSONValue] {
        var tools = manifest.tools
        for (stage, made) in ingredients {
            for (tool, version) in made.tools { tools["\(stage): \(tool)"] = version }
        }
        var parameters: [String: JSONValue] = [
            "stageKeys": .object(manifest.keys.mapValues(JSONValue.string)),
            "tools": .object(tools.mapValues(JSONValue.string)),
        ]
        if let source { parameters["recipeIsDirty"] = .bool(source.isDirty) }
        return parameters
    }

    private var medium: ResourceDescriptor {
        ResourceDescriptor(name: manifest.medium.name, sha256: manifest.medium.sha256)
    }

    private var recipeFiles: [ResourceDescriptor] {
        let files = recipe.sorted { $0.key < $1.key }.map { path, digest in
            ResourceDescriptor(name: path, sha256: digest)
        }
        guard let source else { return files }
        let commit = ResourceDescriptor(
            name: "recipe", uri: source.origin.map { "git+\($0)" }, digest: ["gitCommit": source.commit])
        return [commit] + files
    }

    /// The packages in the image; their databases keep no digest of a whole package.
    private var packages: [ResourceDescriptor] {
        guard let inventory else { return [] }
        return inventory.packages.map { ResourceDescriptor(uri: $0.packageURL(in: inventory.system)) }
    }

    /// The files that the stages read on this host, each under the name that it has in its stage.
    private var inputs: [ResourceDescriptor] {
        ingredients.sorted { $0.key < $1.key }.flatMap { stage, made in
            made.inputs.sorted { $0.key < $1.key }.map { name, digest in
                ResourceDescriptor(name: "\(stage): \(name)", sha256: digest)
            }
        }
    }
}
