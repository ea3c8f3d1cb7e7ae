internal import Attestation
internal import HostSystem
package import SystemPackage

/// Puts a release that was just built into `dev`: the tag `golden/v1.2.0-dev` on the commit that it was built from.
///
/// It can be done again at any time: a release that is there already stays as it is.
package struct PlaceInDev: Sendable {
    /// What came of it.
    package enum Outcome: Sendable {
        /// The tag was written.
        case placed(LedgerTag)
        /// It was there.
        case present(LedgerTag)
        /// There is nothing to tag, and why.
        case skipped(String)
    }

    private let desk: LedgerDesk
    private let series: String
    private let release: FilePath

    /// How often somebody else may be faster; which of two goes first does not matter in `dev`.
    private static let attempts = 20

    /// A placement of the release in a folder.
    package init(at desk: LedgerDesk, series: String, release: FilePath) {
        self.desk = desk
        self.series = series
        self.release = release
    }

    /// Writes and publishes the tag.
    ///
    /// - Throws: ``ReleaseEvidenceError`` where the release is not consistent, ``PlaceInDevError``,
    ///   ``LedgerChangeError``, ``LedgerRefsError``.
    package func run() async throws -> Outcome {
        let built = try await VerifiedRelease.verify(
            release, trusting: nil, policy: VerificationPolicy(required: []), acceptsUnsigned: true)
        for _ in 1..<Self.attempts {
            do {
                return try await place(built)
            } catch LedgerChangeError.overtaken { continue }
        }
        return try await place(built)
    }

    private func place(_ built: VerifiedRelease) async throws -> Outcome {
        var change = try await desk.open(series)
        let ledger = change.ledger(series)
        let version = built.identity.version
        if let known = ledger.anyPlacement(of: version), known.release != built.identity {
            throw PlaceInDevError.otherBytes(known.tag.name, release)
        }
        if let present = ledger.channels[.dev]?.last(where: { $0.release == built.identity }) {
            return .present(present.tag)
        }
        if let revocation = ledger.revocation(of: built.identity) {
            return .skipped("\(revocation.tag.name) took \(version) back")
        }
        let recipe = try await RecipeCommit.of(built.provenance, in: desk.repository)
        guard case .clean(let commit) = recipe else { return .skipped(recipe.reason) }
        if let request = ledger.requests.last(where: { $0.tag.name.version == version }), request.tag.commit != commit {
            throw PlaceInDevError.otherCommit(request.tag, commit)
        }
        let name = TagName(series: series, version: version, claim: .placement(.dev, turn: 1))
        let tag = try await change.write(name, at: commit) { previous in
            try .placement(name, of: built.identity, previous: previous)
        }
        try await change.publish()
        return .placed(tag)
    }
}

/// Why a release does not enter `dev`.
package enum PlaceInDevError: Error, CustomStringConvertible {
    /// The ledger has other bytes under its version.
    case otherBytes(TagName, FilePath)
    /// The build that was asked for is of another commit.
    case otherCommit(LedgerTag, ObjectID)

    package var description: String {
        switch self {
        case .otherBytes(let name, let release):
            "\(name) names other bytes than \(release); a version is built once, so give this one the next version"
        case .otherCommit(let request, let commit):
            """
            \(request.name) asks for a build of the commit \(request.commit.short), and the release was built from \
            \(commit.short); build that commit, or release the next version
            """
        }
    }
}
