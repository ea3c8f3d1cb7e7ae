internal import ArgumentParser
internal import Attestation
internal import Deployment
internal import DiskImages

/// Options that say which release is deployed, and by whose word.
struct DeployReleaseOptions: ParsableArguments {
    @Option(help: "Deploy what this channel holds: dev, staging or prod.")
    var channel: Channel?

    @Option(help: "Deploy this version, such as v1.2.0.")
    var version: String?

    @Flag(help: "First fetch the tags and the locks of the channels from the remote.")
    var fetch = false

    @OptionGroup var trust: TrustOptions

    func validate() throws {
        guard channel == nil || version == nil else {
            throw ValidationError("--channel and --version exclude each other")
        }
        guard channel == nil || !trust.unsigned else {
            throw ValidationError("--unsigned is for a release that is named, and not for what a channel holds")
        }
        try version.map(VersionArgument.check)
    }

    /// Lends the verified image of what is named: a template or series in a channel or at a version, or a release itself.
    func withImage(
        _ name: String, _ global: GlobalOptions, formats: [ImageFormat] = [.qcow2, .raw],
        _ body: (VerifiedImage) async throws -> Void
    ) async throws {
        try await DeployDesk(trust: trust, fetches: fetch).withSelection(global, formats: formats) { selection in
            if let channel { return try await body(try await selection.image(name, .channel(channel))) }
            if let version { return try await body(try await selection.image(name, .version(version))) }
            let found = try await ReleaseReference(name).resolve(global).0
            try await body(try await selection.images.image(of: found))
        }
    }
}
