internal import HostSystem
package import SystemPackage

/// The refs of the ledger, here and at the remote that people share.
///
/// ```
/// refs/tags/SERIES/…                       the tags
/// refs/imagefactory/SERIES/CHANNEL         the lock of a channel: the tag that was put there last
/// refs/imagefactory/SERIES/summaries/…     what gates found
/// ```
///
/// Where there is a remote, it is the ledger, and what is here is a copy: it is looked at first, and written to first.
package struct LedgerRefs: Sendable {
    private let repository: Repository
    /// The name of the remote; nil where nobody shares the ledger.
    package let remote: String?
    /// The series of the recipe's templates; nil where there is no recipe, so that each tag may be the ledger's.
    private let series: Set<String>?

    /// How often a push is tried that fails though nothing stands against it: two at a time lock each other out.
    private static let attempts = 3
    private static let lockFolder = "refs/imagefactory/"

    /// The refs of a repository's ledger, among those of whatever else is developed there.
    ///
    /// - Parameter templates: The template of each series; nil in a repository without templates.
    package init(_ repository: Repository, remote: String?, templates: [String: String]? = nil) {
        self.repository = repository
        self.remote = remote
        series = templates.map { Set($0.keys) }
    }

    /// Brings the tags of a series here, of all series where none is named, and gives the refs as they are shared.
    ///
    /// - Throws: ``LedgerRefsError``, also where a tag was moved or removed at the remote.
    package func refresh(_ series: String?) async throws -> [String: ObjectID] {
        let folders = [
            series.map { "refs/tags/\($0)/" } ?? "refs/tags/",
            series.map { "\(Self.lockFolder)\($0)/" } ?? Self.lockFolder,
        ]
        let here = try await local(folders)
        guard let remote else { return here }
        let there = try await shared(folders.map { $0 + "*" }, remote).filter { ref in
            folders.contains { ref.key.hasPrefix($0) }
        }
        let known = self.series.map {
            $0.union(series.map { [$0] } ?? []).union(Self.lockedSeries(here)).union(Self.lockedSeries(there))
        }
        let isOurs = { (ref: String) in TagName(tagRef: ref).map { known?.contains($0.series) ?? true } ?? false }
        let tags = here.filter { isOurs($0.key) }
        let moved = tags.filter { there[$0.key].map { [id = $0.value] in $0 != id } ?? false }.keys.sorted()
        guard moved.isEmpty else { throw LedgerRefsError.moved(moved, remote: remote) }
        let removed = tags.keys.filter { there[$0] == nil }.sorted()
        guard removed.isEmpty else { throw LedgerRefsError.removed(removed, remote: remote) }
        let isLock = { (ref: String) in ref.hasPrefix(Self.lockFolder) }
        let news = there.filter { here[$0.key] != $0.value && (isOurs($0.key) || isLock($0.key)) }.keys.sorted()
        if !news.isEmpty { try await fetch(news, from: remote) }
        return there
    }

    /// Makes all changes or none, at the remote first where there is one.
    ///
    /// - Throws: ``LedgerRefsError``.
    package func publish(_ changes: [RefChange]) async throws {
        guard let remote else {
            do {
                return try await change(changes, checksOld: true)
            } catch ProgramError.failed(_, _, let message) {
                try Self.refuseOvertaken(changes, by: try await local(changes.map(\.ref)))
                throw LedgerRefsError.refused(by: "git", message: message.plainLines)
            }
        }
        try await push(changes, to: remote)
        // What is shared counts; where this fails, the next look at the remote brings it.
        try? await change(changes, checksOld: false)
    }

    /// Brings all tags and locks of a repository's remote here, for somebody who only reads.
    ///
    /// - Parameters:
    ///   - remote: Its name; nil where nobody shares the ledger.
    ///   - templates: The template of each series; nil in a repository without templates.
    /// - Throws: ``NoRemoteError``, ``LedgerRefsError``, also where a tag was moved or removed at the remote.
    package static func fetch(
        into repository: Repository, from remote: String?, templates: [String: String]? = nil
    ) async throws {
        guard let remote else { throw NoRemoteError(folder: repository.folder) }
        _ = try await LedgerRefs(repository, remote: remote, templates: templates).refresh(nil)
    }

    private func local(_ patterns: [String]) async throws -> [String: ObjectID] {
        Self.refs(
            in: try await repository.git(["for-each-ref", "--format=%(objectname)%09%(refname)", "--"] + patterns))
    }

    private func shared(_ patterns: [String], _ remote: String) async throws -> [String: ObjectID] {
        do {
            return Self.refs(
                in: try await repository.git(
                    ["ls-remote", "--refs", "--quiet", "--", remote] + patterns, deadline: Repository.remoteLimit))
        } catch ProgramError.failed(_, _, let message) {
            throw LedgerRefsError.unreachable(remote, message: message.plainLines)
        }
    }

    /// The series of which there are locks.
    private static func lockedSeries(_ refs: [String: ObjectID]) -> Set<String> {
        Set(
            refs.keys.compactMap { ref in
                guard ref.hasPrefix(lockFolder) else { return nil }
                return LedgerChain(String(ref.dropFirst(lockFolder.count)))?.series
            })
    }

    /// Only these refs: a repository has tags of other kinds, which may be moved, and which git would refuse to take then.
    /// Tags that the remote has not stay, whatever the user's own settings say of pruning: they are the user's.
    private func fetch(_ refs: [String], from remote: String) async throws {
        let refspecs = refs.map { ($0.hasPrefix(Self.lockFolder) ? "+" : "") + "\($0):\($0)\n" }
        do {
            try await repository.git(
                ["-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch", "--quiet", "--no-tags", "--no-prune"]
                    + ["--no-write-fetch-head", "--no-recurse-submodules", "--stdin", "--", remote],
                input: Array(refspecs.joined().utf8), deadline: Repository.remoteLimit)
        } catch ProgramError.failed(_, _, let message) {
            throw LedgerRefsError.unreachable(remote, message: message.plainLines)
        }
    }

    /// Pushes, and tells by the remote's refs how that ended, whatever git said of it.
    private func push(_ changes: [RefChange], to remote: String) async throws {
        let leases = changes.map { "--force-with-lease=\($0.ref):\($0.old?.hex ?? "")" }
        let refspecs = changes.map { "\($0.new.hex):\($0.ref)" }
        var message = ""
        for _ in 0..<Self.attempts {
            do {
                try await repository.git(
                    ["push", "--quiet", "--atomic", "--no-follow-tags", "--recurse-submodules=no"] + leases
                        + ["--", remote] + refspecs, deadline: Repository.remoteLimit)
                return
            } catch ProgramError.failed(_, _, let text) {
                message = text
            } catch ProgramError.timedOut(_, let limit) {
                message = "it did not answer in \(limit.inWords)"
            }
            let there = try await shared(changes.map(\.ref), remote)
            // The remote may have taken it, and the line broken before it could say so.
            if changes.allSatisfy({ there[$0.ref] == $0.new }) { return }
            try Self.refuseOvertaken(changes, by: there)
        }
        throw LedgerRefsError.refused(by: "the remote '\(remote)'", message: message.plainLines)
    }

    /// One transaction: `update-ref` makes all changes of its input or none.
    private func change(_ changes: [RefChange], checksOld: Bool) async throws {
        let lines = changes.map { change in
            let zero = String(repeating: "0", count: change.new.hex.count)
            return "update \(change.ref)\0\(change.new)\0\(checksOld ? change.old?.hex ?? zero : "")\0"
        }
        try await repository.git(["update-ref", "--stdin", "-z"], input: Array(lines.joined().utf8))
    }

    private static func refuseOvertaken(_ changes: [RefChange], by refs: [String: ObjectID]) throws {
        if let change = changes.first(where: { refs[$0.ref] != $0.old }) {
            throw LedgerRefsError.overtaken(ref: change.ref, now: refs[change.ref])
        }
    }

    /// The lines `ID TAB REF`, as both `for-each-ref` and `ls-remote` print them.
    private static func refs(in output: ProgramOutput) -> [String: ObjectID] {
        var refs: [String: ObjectID] = [:]
        for line in output.standardOutput.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
            guard parts.count == 2, let id = ObjectID(String(decoding: parts[0], as: UTF8.self)) else { continue }
            refs[String(decoding: parts[1], as: UTF8.self)] = id
        }
        return refs
    }
}

extension TagName {
    /// The name of a tag from its ref; nil for a ref that is no tag of a ledger.
    init?(tagRef ref: String) {
        guard ref.hasPrefix("refs/tags/") else { return nil }
        self.init(String(ref.dropFirst("refs/tags/".count)))
    }
}

/// Why the ledger's refs were not read or written.
package enum LedgerRefsError: Error, CustomStringConvertible {
    /// Somebody else was faster: a ref is not what it was.
    case overtaken(ref: String, now: ObjectID?)
    /// The repository or the remote did not take the change, and nothing was changed.
    case refused(by: String, message: String)
    /// The remote does not answer.
    case unreachable(String, message: String)
    /// Tags here are others than at the remote.
    case moved([String], remote: String)
    /// Tags that are here are not at the remote.
    case removed([String], remote: String)

    package var description: String {
        switch self {
        case .overtaken(let ref, _): "somebody else changed \(ref) meanwhile; nothing was changed, so try again"
        case .refused(let who, let message): "\(who) did not take the change, and nothing was changed:\n\(message)"
        case .unreachable(let remote, let message):
            "the remote '\(remote)' cannot be reached; nothing was changed:\n\(message)"
        case .moved(let refs, let remote):
            """
            \(Self.list(refs)) at '\(remote)' is another tag than here, and tags are never moved; find out who moved it, \
            and remove the wrong one
            """
        case .removed(let refs, let remote):
            """
            \(Self.list(refs)) is here and not at '\(remote)': somebody removed it there, or nobody ever pushed it; look \
            at it, then run 'git push \(remote) \(refs.first ?? "")' or remove it here
            """
        }
    }

    private static func list(_ refs: [String]) -> String {
        let names = refs.prefix(3).map { String($0.dropFirst("refs/tags/".count)) }.joined(separator: ", ")
        return names + (refs.count > 3 ? " and \(refs.count - 3) more" : "")
    }
}

/// A repository that nothing can be fetched for.
package struct NoRemoteError: Error, CustomStringConvertible {
    /// Its folder.
    package let folder: FilePath

    package var description: String {
        """
        \(folder) has no remote to fetch from; add 'origin' with 'git remote add', or name another by 'remote:' in \
        imagefactory.yaml
        """
    }
}
