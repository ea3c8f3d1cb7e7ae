internal import ArgumentParser
internal import Attestation
internal import Deployment
internal import DiskImages
internal import HostSystem

/// Options that say what template is wanted, and where.
struct ProxmoxTemplateOptions: ParsableArguments {
    @OptionGroup var place: ProxmoxPlaceOptions

    @Option(help: "The storage for disks.")
    var storage: String?

    @Option(help: "The storage for uploads, which is for 'import' (default: that for disks).")
    var importStorage: String?

    @Option(help: "The bridge that clones are connected to.")
    var bridge = "vmbr0"

    @Option(help: "The template's name in the cluster (default: its name here).")
    var templateName: String?

    @Option(help: "How many templates are kept, with the one that counts.")
    var keep = 3

    @Option(help: "The processors of clones.")
    var cores = 2

    @Option(help: "The memory of clones, such as 4GiB.")
    var memory = ByteCount.gibibytes(2)

    @Option(help: "The kind of processor of clones: x86-64-v2-AES, host.")
    var cpu = "x86-64-v2-AES"

    @Flag(help: "Give clones disks of their own, for storages that cannot link them.")
    var full = false

    @Option(
        help: "A command that a clone must run with success before the template counts; may be given several times.")
    var check: [String] = []

    @Flag(help: "Have nodes fetch the image from the server that the release is on, instead of sending it to them.")
    var download = false

    func validate() throws {
        guard keep >= 1 else { throw ValidationError("--keep is at least 1: the template that counts") }
        guard (1...512).contains(cores) else { throw ValidationError("--cores is from 1 to 512") }
        guard memory >= .mebibytes(64) else { throw ValidationError("--memory is at least 64MiB") }
        guard cpu.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\-]{0,63}/) != nil else {
            throw ValidationError("--cpu is the name of a kind of processor, such as host")
        }
    }

    /// The plan for a template of this name.
    func plan(named name: String) throws -> TemplatePlan {
        let storage = storage ?? ""
        var plan = try TemplatePlan(
            name: name, nodes: place.nodes, storage: storage, importStorage: importStorage ?? storage, bridge: bridge)
        place.apply(to: &plan)
        plan.keep = keep
        plan.cores = cores
        plan.memory = memory
        plan.cpu = cpu
        plan.clonesFully = full
        plan.checks = check
        return plan
    }

    /// Lends a verified image in the way that it comes to the nodes.
    ///
    /// - Throws: `DeployError`, `UsageError` for an image that nodes are to fetch and cannot.
    func withSource(of verified: VerifiedImage, _ body: (ImageSource) async throws -> Void) async throws {
        let image = verified.image
        func source(_ way: ImageSource.Way) -> ImageSource {
            ImageSource(
                release: ProxmoxRelease(
                    template: image.template, version: image.version, digest: image.release, image: image.sha256),
                suffix: image.format.rawValue, virtualSize: ByteCount(image.virtualSize), way: way)
        }
        guard download else {
            return try await verified.withBytes { try await body(source(.upload($0, size: image.length))) }
        }
        guard let address = await verified.address() else {
            throw UsageError(description: "--download needs a release on a server, and this one is in a folder")
        }
        try await body(source(.download(address: address, size: image.length)))
    }

    /// The least rights for this place.
    var role: ProxmoxRole {
        ProxmoxRole(
            storage: storage ?? "STORAGE", importStorage: importStorage ?? storage ?? "IMPORT-STORAGE", bridge: bridge,
            zone: place.sdnZone, pool: place.pool)
    }
}
