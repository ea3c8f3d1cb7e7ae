internal import HostSystem

/// Asks for a build: the tag `golden/v1.2.0` on the commit that is checked out.
package struct RequestBuild: Sendable {
    private let desk: LedgerDesk
    private let name: TagName
    private let template: String
    /// Whether what is not committed may be left out.
    package var allowsDirty = false
    /// Whether the commit may be one that no branch of the remote has.
    package var allowsUnpushed = false

    /// A request for a version of a series.
    package init(at desk: LedgerDesk, series: String, template: String, version: String) {
        self.desk = desk
        self.template = template
        name = TagName(series: series, version: version, claim: .request)
    }

    /// Writes and publishes the tag.
    ///
    /// - Returns: The tag, and whether it was not there before.
    /// - Throws: ``RequestBuildError``, ``LedgerChangeError``, ``LedgerRefsError``.
    package func run() async throws -> (tag: LedgerTag, isNew: Bool) {
        guard let commit = try await ObjectReader(repository: desk.repository).id(of: "HEAD^{commit}") else {
            throw RequestBuildError.noCommit
        }
        var change = try await desk.open(name.series)
        if let request = change.ledger(name.series).requests.first(where: { $0.tag.name == name }) {
            guard request.tag.commit == commit else { throw RequestBuildError.elsewhere(request.tag) }
            return (request.tag, false)
        }
        try await refuseUnfinished(commit)
        let tag = try await change.write(name, at: commit) { _ in try .request(name, template: template) }
        try await change.publish()
        return (tag, true)
    }

    /// A build is of a commit: what is not in it, or what others cannot get, would not be built.
    private func refuseUnfinished(_ commit: ObjectID) async throws {
        let repository = desk.repository
        guard try await repository.git(["rev-parse", "--is-bare-repository"]).text == "false" else { return }
        if !allowsDirty, try await !repository.git(["status", "--porcelain", "--", "."]).text.isEmpty {
            throw RequestBuildError.dirty
        }
        guard !allowsUnpushed, let remote = desk.remote else { return }
        let branches = try await repository.git([
            "for-each-ref", "--count=1", "--contains", commit.hex, "refs/remotes/\(remote)/",
        ])
        if branches.text.isEmpty { throw RequestBuildError.unpushed(commit, remote: remote) }
    }
}

/// Why a build is not asked for.
package enum RequestBuildError: Error, CustomStringConvertible {
    /// There is nothing to build.
    case noCommit
    /// The work tree has what the commit has not.
    case dirty
    /// Nobody else has the commit.
    case unpushed(ObjectID, remote: String)
    /// The version was asked for already, of another commit.
    case elsewhere(LedgerTag)

    package var description: String {
        switch self {
        case .noCommit: "there is no commit to build; commit the recipe first"
        case .dirty: "the work tree has changes that would not be built; commit them, or say --allow-dirty"
        case .unpushed(let commit, let remote):
            "no branch of '\(remote)' has the commit \(commit.short); push it first, or say --allow-unpushed"
        case .elsewhere(let tag):
            "\(tag.name) asks for a build of the commit \(tag.commit.short) already; choose another version"
        }
    }
}
