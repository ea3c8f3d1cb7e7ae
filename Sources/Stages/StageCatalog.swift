package import HostSystem
internal import Machines
package import Pipeline
package import SystemPackage

/// What a build is asked for beside its template.
package struct BuildRequest: Sendable {
    /// An ISO in place of the template's.
    package var iso: FilePath?
    /// The files of the recipe, template and pipeline, by their paths in it.
    package var recipe: [String: Digest] = [:]
    /// The release's version; nil for one that is made from the images' key.
    package var version: String?
    /// Where releases go.
    package var output: FilePath
    /// Where they are copied to, for others to find them.
    package var places: ReleasePlaces
    /// Who supplies the images, as the SBOMs name it; nil where nobody said.
    package var supplier: String?
    /// The key that signs them; nil for releases that nobody signs.
    package var signer: PrivateKey?

    /// A request for releases in `output`.
    package init(
        iso: FilePath? = nil, version: String? = nil, output: FilePath, places: ReleasePlaces = ReleasePlaces([]),
        supplier: String? = nil, signer: PrivateKey? = nil
    ) {
        self.iso = iso
        self.version = version
        self.output = output
        self.places = places
        self.supplier = supplier
        self.signer = signer
    }
}

/// All stages, by name; the only place that knows each of them.
package enum StageCatalog {
    /// The stages' types, in a build's usual order; ``RunInGuest`` stands for the users' own stages of both kinds.
    package static let types: [any Stage.Type] = [
        CheckHost.self, FetchISO.self, InstallSystem.self, Provision.self, RunInGuest.self, Seal.self,
        ProveSeal.self, ReclaimSpace.self, AuditDisk.self, TakeInventory.self, ConvertImage.self, VerifyImages.self,
        BootImages.self, Attest.self, PublishRelease.self,
    ]

    /// The stages of a template's pipeline.
    ///
    /// - Throws: ``UnknownStageError`` for a name that no stage has, ``SealCatalogError`` for a seal that there is not.
    package static func stages(
        of pipeline: PipelineFile, machines: BuildMachines, state: StateFolder, request: BuildRequest
    ) throws -> [any Stage] {
        let template = machines.template
        let medium = InstallMedium(iso: template.iso, override: request.iso, state: state)
        let draft = ReleaseDraft(
            template: template, recipe: request.recipe, medium: medium, output: request.output, version: request.version
        )
        return try pipeline.entries.compactMap { entry in
            if entry.name == RunInGuest.name { return try userStage(entry, of: machines) }
            // What shapes a stage stands in the template; the pipeline is the list alone.
            guard entry.options == nil else { throw StageOptionsError(place: entry.place, stage: entry.name) }
            return switch entry.name {
            case CheckHost.name:
                CheckHost(template: template, medium: medium, state: state, output: request.output)
            case FetchISO.name: FetchISO(medium: medium)
            case InstallSystem.name: InstallSystem(machines: machines, medium: medium)
            case Provision.name:
                Provision(template: template, repositories: RepositoryMemory(folder: state.repositories))
            case Seal.name:
                try Seal(template: template, isProven: pipeline.entries.contains { $0.name == ProveSeal.name })
            case ProveSeal.name: ProveSeal(machines: machines)
            case ReclaimSpace.name:
                ReclaimSpace(isListed: pipeline.entries.contains { Self.readersOfLists.contains($0.name) }) {
                    try await machines.room.hypervisor().accelerator.accelerator
                }
            case AuditDisk.name: try AuditDisk(machines: machines)
            case TakeInventory.name:
                TakeInventory { try await machines.room.hypervisor().accelerator.accelerator }
            case ConvertImage.name: ConvertImage(template: template)
            case VerifyImages.name: VerifyImages()
            case BootImages.name: BootImages(machines: machines, memory: BootMemory(folder: state.boots))
            case Attest.name: Attest(draft, supplier: request.supplier, signer: request.signer)
            case PublishRelease.name: PublishRelease(draft, places: request.places, signer: request.signer)
            default: throw UnknownStageError(name: entry.name, stages: types.map { $0.name })
            }
        }
    }

    /// The stages that read what ``ReclaimSpace`` lists.
    private static let readersOfLists = [AuditDisk.name, TakeInventory.name]

    /// Looks at what a pipeline says beside its stages' names; paths in it are relative to `root`.
    package static func check(_ pipeline: PipelineFile, root: FilePath) throws {
        for entry in pipeline.entries {
            if entry.name == RunInGuest.name {
                _ = try UserRun(reading: entry, root: root)
            } else if entry.options != nil {
                throw StageOptionsError(place: entry.place, stage: entry.name)
            }
        }
    }

    /// A stage of the user's own; nil if the template's answers leave it out.
    private static func userStage(_ entry: PipelineFile.Entry, of machines: BuildMachines) throws -> (any Stage)? {
        let template = machines.template
        let run = try UserRun(reading: entry, root: template.root)
        guard run.step.condition?.holds(for: template.answers) ?? true else { return nil }
        return switch run.side {
        case .guest: RunInGuest(run)
        case .host: RunOnHost(run, template: template.name, secrets: machines.secrets.known)
        }
    }
}

/// Options for a stage that takes none.
package struct StageOptionsError: Error, CustomStringConvertible {
    /// Where the pipeline has them.
    package let place: YAMLPlace
    /// The stage.
    package let stage: String

    package var description: String {
        "\(place): the stage '\(stage)' takes no options here; see the template's sections"
    }
}
