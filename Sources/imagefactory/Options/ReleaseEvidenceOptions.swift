internal import ArgumentParser
internal import Attestation
internal import HostSystem
internal import Pipeline
internal import Promotion
internal import SystemPackage

/// Options of commands that verify a release before they put it into a channel.
struct ReleaseEvidenceOptions: ParsableArguments {
    @Option(help: "A folder of the public keys that sign releases, NAME.pub (default: trust/ beside templates/).")
    var trust: String?

    @Option(help: "The folder for releases (default: output/ beside templates/).")
    var output: String?

    @Flag(help: "Do not look at the release's evidence; the tag says so for ever.")
    var unverified = false

    /// Lends a search: where releases are looked for, and whose word counts. What it fetches is removed afterwards.
    func withSearch<Result>(
        _ place: LedgerPlace, _ global: GlobalOptions, _ body: (ReleaseSearch) async throws -> Result
    ) async throws -> Result {
        let source = TrustSource(folder: trust, asksNobody: unverified, usual: VerificationPolicy(required: []))
        let (trusted, policy) = try source.resolve(global)
        return try await place.withSearch(output, global, trusting: trusted, policy, body)
    }
}

extension LedgerPlace {
    /// Lends a search for releases; without anybody to trust, it finds and judges nothing.
    func withSearch<Result>(
        _ output: String?, _ global: GlobalOptions, trusting trusted: TrustedSigners? = nil,
        _ policy: VerificationPolicy = VerificationPolicy(required: []), _ body: (ReleaseSearch) async throws -> Result
    ) async throws -> Result {
        let places = try releasePlaces(output: output)
        let scratch = try global.state().fetchedReleases
        return try await withScratchFolder(in: scratch, prefix: FoundRelease.scratchPrefix) { scratch in
            try await body(ReleaseSearch(places: places, scratch: scratch, trusted: trusted, policy: policy))
        }
    }
}
