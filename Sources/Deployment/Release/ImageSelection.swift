package import Attestation
package import DiskImages
internal import HostSystem
package import Promotion

/// Finds the image to deploy, and refuses whatever does not verify.
package struct ImageSelection: Sendable {
    private let search: ReleaseSearch
    private let reading: LedgerReading?
    private let acceptsUnsigned: Bool
    private let formats: [ImageFormat]

    /// A selection.
    ///
    /// - Parameters:
    ///   - search: Where releases are, and whose word counts.
    ///   - reading: The ledger; nil where there is none, and so no revocation.
    ///   - acceptsUnsigned: Whether a release is good though nobody vouches for it.
    ///   - formats: The formats that the target takes, the best first.
    package init(
        _ search: ReleaseSearch, ledger reading: LedgerReading?, acceptsUnsigned: Bool = false,
        formats: [ImageFormat] = [.qcow2, .raw]
    ) {
        self.search = search
        self.reading = reading
        self.acceptsUnsigned = acceptsUnsigned
        self.formats = formats
    }

    /// What a channel holds; of a range of versions, the last one that it held, so that a rollback counts.
    ///
    /// - Throws: ``DeployError``, `ReleaseSearchError`, `ReleaseEvidenceError`.
    package func image(
        of series: String, in channel: Channel, within range: VersionRange? = nil
    ) async throws -> VerifiedImage {
        guard let reading else { throw DeployError.noLedger }
        let problems = reading.problems(of: LedgerChain(series: series, kind: .channel(channel)))
        guard problems.isEmpty else { throw DeployError.disputed(series, problems) }
        let held = reading[series]?.channels[channel] ?? []
        guard let placement = held.last(where: { range?.contains($0.release.version) ?? true }) else {
            throw DeployError.empty(series, channel, range)
        }
        try refuseRevoked(placement.release)
        let verified = try await search.verify(placement.release, requiring: [])
        let places = search.places.map {
            FoundRelease($0.release(placement.release.template, placement.release.version))
        }
        return try image(of: verified, at: [FoundRelease(.folder(verified.folder))] + places)
    }

    /// A release that somebody names.
    ///
    /// - Throws: ``DeployError``, `ReleaseEvidenceError`.
    package func image(of found: FoundRelease) async throws -> VerifiedImage {
        guard search.trusted != nil || acceptsUnsigned else { throw ReleaseSearchError.nobodyTrusted }
        let verified = try await found.withFolder(.evidence, scratch: search.scratch) { folder in
            try await VerifiedRelease.verify(
                folder, trusting: search.trusted, policy: search.policy, acceptsUnsigned: acceptsUnsigned)
        }
        try refuseRevoked(verified.identity)
        return try image(of: verified, at: [found])
    }

    /// Where the tags that take releases back cannot be trusted, nobody can tell that this one was not.
    private func refuseRevoked(_ release: ReleaseIdentity) throws {
        guard let reading else { return }
        for series in reading.seriesThatMayHold(release.template) {
            let problems = reading.problems(of: LedgerChain(series: series, kind: .revocations))
            guard problems.isEmpty else { throw DeployError.disputed(series, problems) }
            if let revocation = reading[series]?.revocation(of: release) { throw DeployError.revoked(revocation) }
        }
    }

    private func image(of verified: VerifiedRelease, at places: [FoundRelease]) throws -> VerifiedImage {
        let identity = verified.identity
        guard let file = formats.lazy.compactMap({ format in verified.images.first { $0.format == format } }).first
        else {
            throw DeployError.noFormat(identity, formats: formats)
        }
        return VerifiedImage(
            image: DeployedImage(
                template: identity.template, version: identity.version, release: identity.release, sha256: file.sha256,
                format: file.format, length: file.size, virtualSize: file.virtualSize),
            signers: verified.signers, file: file.file, places: places, scratch: search.scratch)
    }
}

extension LedgerReading {
    /// The series of a template, by their tags. Where none is known to be, it may be each of which no tag says whose it is:
    /// all tags of a series may have been removed.
    fileprivate func seriesThatMayHold(_ template: String) -> [String] {
        let known = series.filter { $0.templates.contains(template) }.map(\.series)
        guard known.isEmpty else { return known }
        let others = Set(series.filter { !$0.templates.isEmpty }.map(\.series))
        return Set(problems.compactMap(\.chain?.series)).subtracting(others).sorted()
    }
}

extension SeriesLedger {
    /// The templates whose releases it is about.
    fileprivate var templates: Set<String> {
        Set((channels.values.joined().map(\.release) + revocations.map(\.release)).map(\.template))
    }
}
