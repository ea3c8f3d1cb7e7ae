internal import ArgumentParser
internal import Attestation
internal import HostSystem
internal import Pipeline
internal import Promotion
internal import SystemPackage

/// Options that say which release is deployed, and whose word counts for it.
struct DeployedReleaseOptions: ParsableArguments {
    @Option(help: "Deploy what this channel holds: dev, staging or prod.")
    var channel: Channel?

    @Option(help: "The folder for releases (default: output/ beside templates/).")
    var output: String?

    @Flag(help: "First fetch the tags from the remote.")
    var fetch = false

    @OptionGroup var trust: TrustOptions

    func validate() throws {
        guard channel == nil || !trust.unsigned else {
            throw ValidationError("--unsigned is for a release by itself; what a channel holds must be vouched for")
        }
        guard !fetch || channel != nil else { throw ValidationError("--fetch goes with --channel") }
    }

    /// Lends the release, if it verifies.
    ///
    /// - Parameter sendsImage: Whether its image is wanted here, and not only what is said of it.
    /// - Throws: `ReleaseEvidenceError`, `ReleaseSearchError`, ``ChannelError``, `ReleaseFinderError`.
    func withRelease(
        _ name: String, _ global: GlobalOptions, sendsImage: Bool, _ body: (DeployedRelease) async throws -> Void
    ) async throws {
        if let channel {
            let release = try await held(by: channel, of: name, global)
            return try await withChannelRelease(release, global, sendsImage, body)
        }
        let (found, _) = try await ReleaseReference(name).resolve(global)
        try await opening(found, global, sendsImage).lend(body)
    }

    /// What a channel holds, by its tags.
    private func held(by channel: Channel, of name: String, _ global: GlobalOptions) async throws -> ReleaseIdentity {
        let place = try await LedgerPlace(global)
        let (series, _) = try place.series(named: name)
        if fetch {
            let remote = try await LedgerDesk.remote(named: try place.configuration.remote, of: place.repository)
            try await LedgerRefs.fetch(into: place.repository, from: remote)
        }
        let reading = try await LedgerReader(
            repository: place.repository, memory: try global.state().promotion, templates: place.templates
        ).read(series)
        let chains = [LedgerChain.Kind.channel(channel), .revocations].map { LedgerChain(series: series, kind: $0) }
        if let problem = chains.flatMap({ reading.problems(of: $0) }).first {
            throw ChannelError.untrusted(series, channel, "\(problem)")
        }
        guard let ledger = reading[series], let placement = ledger.current(in: channel) else {
            throw ChannelError.empty(series, channel)
        }
        if let revocation = ledger.revocation(of: placement.release) { throw PromotionError.revoked(revocation) }
        if reading.isUnsigned { Talk.warn("nobody vouches for the tags of \(series): pipelines/signers/ names nobody") }
        return placement.release
    }

    /// Looks for a channel's own bytes: what was built elsewhere under the same version is another release.
    private func withChannelRelease(
        _ release: ReleaseIdentity, _ global: GlobalOptions, _ sendsImage: Bool,
        _ body: (DeployedRelease) async throws -> Void
    ) async throws {
        let places = try await LedgerPlace(global).releasePlaces(output: output)
        var others: [ReleasePlace] = []
        var doubts: [any Error] = []
        for place in places {
            let found = FoundRelease(place.release(release.template, release.version))
            do {
                guard try await found.isThere() else { continue }
                return try await opening(found, global, sendsImage).lend(expecting: release, body)
            } catch ReleaseSearchError.others(let places, _) {
                others += places
            } catch let error as ReleaseDownloadError {
                doubts.append(error)
            }
        }
        guard others.isEmpty else { throw ReleaseSearchError.others(others, release) }
        throw ReleaseSearchError.nowhere(release, places: places, doubts: doubts)
    }

    private func opening(_ found: FoundRelease, _ global: GlobalOptions, _ sendsImage: Bool) throws -> ReleaseOpening {
        // What a release must have to be in a channel was asked for when it came there.
        let usual = channel == nil ? VerificationPolicy() : VerificationPolicy(required: [])
        let (trusted, policy) = try TrustSource(
            key: trust.key, folder: trust.trust, policy: trust.policy, asksNobody: trust.unsigned, usual: usual
        ).resolve(global)
        return ReleaseOpening(
            release: found, trusted: trusted, policy: policy, acceptsUnsigned: trust.unsigned, wantsImage: sendsImage,
            scratch: try global.state().fetchedReleases)
    }
}

/// A channel from which nothing is deployed.
enum ChannelError: Error, CustomStringConvertible {
    /// It holds nothing.
    case empty(String, Channel)
    /// What it holds cannot be trusted.
    case untrusted(String, Channel, String)

    var description: String {
        switch self {
        case .empty(let series, let channel):
            "\(channel.rawValue) of \(series) holds nothing; promote a release to it first"
        case .untrusted(let series, let channel, let problem):
            "what \(channel.rawValue) of \(series) holds cannot be trusted: \(problem); see 'imagefactory channels verify'"
        }
    }
}
