package import Attestation
internal import HostSystem
package import SystemPackage

/// Where releases are looked for, and by whose word they are judged.
package struct ReleaseSearch: Sendable {
    /// Places with `NAME/VERSION/` in them: the output folder, and where others publish.
    package let places: [ReleasePlace]
    /// Where what is on a server lies once it was fetched; whoever searches removes it.
    package let scratch: FilePath
    /// Whose word counts; nil for nobody's.
    package let trusted: TrustedSigners?
    /// What is asked for of every release.
    package let policy: VerificationPolicy

    /// A search.
    package init(
        places: [ReleasePlace], scratch: FilePath, trusted: TrustedSigners?, policy: VerificationPolicy
    ) {
        self.places = places
        self.scratch = scratch
        self.trusted = trusted
        self.policy = policy
    }

    /// The longest manifest or list of checksums that is read to tell releases apart.
    private static let limit = ByteCount.mebibytes(4)

    /// Verifies a release that the ledger knows; images need not be there.
    ///
    /// Several places may have it. The first that has the ledger's own bytes is verified: what was built elsewhere under
    /// the same version is another release.
    ///
    /// - Parameter evidence: What must be there beside what is always asked for.
    /// - Throws: ``ReleaseSearchError``, ``ReleaseEvidenceError``, `ReleaseFolderError`.
    package func verify(_ release: ReleaseIdentity, requiring evidence: Set<Evidence>) async throws -> VerifiedRelease {
        guard let trusted else { throw ReleaseSearchError.nobodyTrusted }
        let folder = try await folder(of: release)
        var policy = policy
        policy.required.formUnion(evidence)
        let verified = try await VerifiedRelease.verify(
            folder, trusting: trusted, policy: policy, acceptsUnsigned: false)
        guard verified.identity == release else { throw ReleaseSearchError.others([.folder(folder)], release) }
        return verified
    }

    /// The folder with a release's own bytes, as far as manifest and checksums tell.
    package func folder(of release: ReleaseIdentity) async throws -> FilePath {
        var others: [ReleasePlace] = []
        var doubts: [any Error] = []
        for place in places {
            do {
                let found = place.release(release.template, release.version)
                guard let folder = try await folder(of: found) else { continue }
                if try digest(ReleaseFileName.manifest, in: folder) == release.release,
                    try digest(ReleaseFileName.checksums, in: folder) == release.evidence
                {
                    return folder
                }
                others.append(found)
            } catch let error as CancellationError {
                throw error
            } catch {
                // Another place may have it.
                doubts.append(error)
            }
        }
        guard others.isEmpty else { throw ReleaseSearchError.others(others, release) }
        throw ReleaseSearchError.nowhere(release, places: places, doubts: doubts)
    }

    /// The folder of what is in a place; nil if nothing is there. Of a server, the evidence is fetched, once.
    private func folder(of place: ReleasePlace) async throws -> FilePath? {
        let found = FoundRelease(place)
        guard case .web(let address) = place else { return try await found.isThere() ? place.folder : nil }
        let name = Digest.of(address.text).short
        let fetched = scratch.appending(name)
        let folder = address.segments.suffix(2).reduce(fetched) { $0.appending($1) }
        if fetched.exists { return folder }
        guard try await found.isThere() else { return nil }
        // Others may look for the same, and half of it is nothing to them.
        let fresh = scratch.appending("\(name)-\(String.randomHex(digits: 8))")
        do {
            _ = try await found.folder(.evidence, fetchedInto: fresh)
            try fresh.rename(to: fetched)
        } catch let error {
            try? fresh.remove()
            guard error is Errno, fetched.exists else { throw error }
        }
        return folder
    }

    private func digest(_ name: String, in folder: FilePath) throws -> Digest? {
        do {
            let bytes = try GuardedFile.read(folder.appending(name), .open, limit: Int(Self.limit.bytes))
            return Digest.of(bytes)
        } catch GuardedFileError.missing {
            return nil
        }
    }
}

/// Why there is no release to verify.
package enum ReleaseSearchError: Error, CustomStringConvertible {
    /// Nobody was named whose signature would count.
    case nobodyTrusted
    /// No place has it.
    case nowhere(ReleaseIdentity, places: [ReleasePlace], doubts: [any Error])
    /// What is there are other bytes than the ledger's.
    case others([ReleasePlace], ReleaseIdentity)

    package var description: String {
        switch self {
        case .nobodyTrusted:
            """
            nobody is named whose signature of a release counts; put the public keys into trust/ beside templates/, or name \
            their folder by --trust
            """
        case .nowhere(let release, let places, let doubts):
            ([
                """
                the release \(release.template) \(release.version) is in none of \
                \(places.map(\.description).joined(separator: ", ")); build it there, or name its place under 'releases:' \
                in imagefactory.yaml
                """
            ] + doubts.map { "  > \($0)" }).joined(separator: "\n")
        case .others(let places, let release):
            """
            \(places.map(\.description).joined(separator: ", ")): not the bytes that the ledger has for \(release.template) \
            \(release.version), of which the manifest is \(release.release) and the checksums are \(release.evidence); get \
            the release again from where it was published
            """
        }
    }
}
