internal import Attestation
internal import Deployment
internal import DiskImages
internal import HostSystem
internal import Pipeline
internal import Promotion
internal import SystemPackage

/// Where deployments find what they put onto hosts: the ledger, the places of releases, and those whose word counts.
struct DeployDesk {
    /// Whose word counts.
    let trust: TrustOptions
    /// Whether the ledger is fetched first.
    let fetches: Bool

    /// Lends a selection. What it fetches is removed afterwards.
    func withSelection(
        _ global: GlobalOptions, formats: [ImageFormat] = [.qcow2, .raw], _ body: (NamedSelection) async throws -> Void
    ) async throws {
        let (trusted, policy) = try source(usual: VerificationPolicy()).resolve(global)
        // What a release must have to be in a channel was asked for when it came there.
        let (_, heldPolicy) = try source(usual: VerificationPolicy(required: [])).resolve(global)
        let scratch = try global.state().fetchedReleases
        try await withScratchFolder(in: scratch, prefix: FoundRelease.scratchPrefix) { scratch in
            let place = try await ledgerPlace(global)
            let places = try place?.releasePlaces(output: nil) ?? []
            let reading = try await reading(place, global)
            func selection(_ policy: VerificationPolicy) -> ImageSelection {
                ImageSelection(
                    ReleaseSearch(places: places, scratch: scratch, trusted: trusted, policy: policy),
                    ledger: reading, acceptsUnsigned: trust.unsigned, formats: formats)
            }
            try await body(
                NamedSelection(
                    images: selection(policy), heldImages: selection(heldPolicy), place: place, global: global))
        }
    }

    private func source(usual: VerificationPolicy) -> TrustSource {
        TrustSource(
            key: trust.key, folder: trust.trust, policy: trust.policy, asksNobody: trust.unsigned, usual: usual)
    }

    /// The repository that the command is run in; nil where there is none, and so neither channels nor revocations.
    private func ledgerPlace(_ global: GlobalOptions) async throws -> LedgerPlace? {
        do {
            return try await LedgerPlace(global)
        } catch let error as RepositoryError where error.isAbsent {
            return nil
        }
    }

    private func reading(_ place: LedgerPlace?, _ global: GlobalOptions) async throws -> LedgerReading? {
        guard let place else { return nil }
        if fetches {
            let remote = try await LedgerDesk.remote(named: try place.configuration.remote, of: place.repository)
            try await LedgerRefs.fetch(into: place.repository, from: remote, templates: place.templates)
        }
        let reading = try await LedgerReader(
            repository: place.repository, memory: try global.state().promotion, templates: place.templates
        ).read()
        ChannelsCommand.warn(of: reading)
        return reading
    }
}

/// Finds and verifies releases by the names that people and files use.
struct NamedSelection {
    /// Verifies those that somebody names.
    let images: ImageSelection
    /// Verifies what channels hold.
    let heldImages: ImageSelection
    /// The repository with the templates and the ledger; nil where there is none.
    let place: LedgerPlace?
    /// Where releases are found.
    let global: GlobalOptions

    /// The image of a template or series, in a channel or at a version.
    func image(_ name: String, _ source: FleetFile.Source) async throws -> VerifiedImage {
        switch source {
        case .channel(let channel): return try await held(name, in: channel)
        case .range(let range, let channel): return try await held(name, in: channel, within: range)
        case .version(let version):
            let template = try place?.series(named: name).template ?? name
            return try await images.image(
                of: try await ReleaseReference.finder(global).find(template: template, version: version))
        }
    }

    private func held(_ name: String, in channel: Channel, within range: VersionRange? = nil) async throws
        -> VerifiedImage
    {
        guard let place else { throw DeployError.noLedger }
        return try await heldImages.image(of: try place.series(named: name).series, in: channel, within: range)
    }
}
