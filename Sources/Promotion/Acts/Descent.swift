internal import Attestation
internal import HostSystem
internal import SystemPackage

/// The releases that were built on another one, or on one that was: whose provenance names it or an image of it by digest.
struct Descent {
    /// A placement of each, in no order that means anything.
    private(set) var descendants: [Placement] = []
    /// The releases whose provenance is not here, so that nobody can tell.
    private(set) var unknown: [ReleaseIdentity] = []

    /// The descent of a placement's release among all releases of the ledger.
    init(of ancestor: Placement, in ledgers: [SeriesLedger], searching search: ReleaseSearch) async throws {
        var rest = Self.releases(in: ledgers).filter { $0.release != ancestor.release }
        guard !rest.isEmpty else { return }
        var parents: [Digest: Set<Digest>] = [:]
        for placement in rest {
            do {
                parents[placement.release.release] = try await Self.inputs(of: placement.release, search)
            } catch let error as CancellationError {
                throw error
            } catch {
                unknown.append(placement.release)
            }
        }
        var digests = Self.digests(of: ancestor.release)
        while let index = rest.firstIndex(where: { parents[$0.release.release]?.isDisjoint(with: digests) == false }) {
            let found = rest.remove(at: index)
            descendants.append(found)
            digests.formUnion(Self.digests(of: found.release))
        }
    }

    /// One placement of each release that nobody took back.
    private static func releases(in ledgers: [SeriesLedger]) -> [Placement] {
        var seen: Set<ReleaseIdentity> = []
        return ledgers.flatMap { ledger in
            Channel.allCases.flatMap { ledger.channels[$0] ?? [] }.filter {
                ledger.revocation(of: $0.release) == nil && seen.insert($0.release).inserted
            }
        }
    }

    private static func digests(of release: ReleaseIdentity) -> Set<Digest> {
        Set(release.images.values).union([release.release])
    }

    /// The digests of what went into a release, by the provenance that its evidence digest in the ledger vouches for.
    private static func inputs(of release: ReleaseIdentity, _ search: ReleaseSearch) async throws -> Set<Digest> {
        let folder = try await search.folder(of: release)
        let list = try ChecksumList(
            try GuardedFile.read(folder.appending(ReleaseFileName.checksums), .open, limit: 1 << 20))
        let name = Evidence.provenance.envelope ?? ""
        let bytes = try GuardedFile.read(folder.appending(name), .open, limit: 16 << 20)
        guard list.digest(of: name) == Digest.of(bytes) else {
            throw ReleaseSearchError.others([.folder(folder)], release)
        }
        let statement = try Statement<Provenance>(json: try Envelope(json: bytes).payload)
        let dependencies = statement.predicate.buildDefinition.resolvedDependencies ?? []
        return Set(dependencies.compactMap(\.sha256))
    }
}
