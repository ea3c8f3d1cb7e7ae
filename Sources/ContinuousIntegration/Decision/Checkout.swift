internal import Foundation
internal import HostSystem
package import Promotion

/// The work tree that a job builds from.
package struct Checkout: Sendable {
    private let repository: Repository

    /// The work tree of a repository.
    package init(_ repository: Repository) {
        self.repository = repository
    }

    /// Looks whether the work tree is what a build's event says: the tag, its object, its commit, and nothing changed.
    ///
    /// - Returns: The commit.
    /// - Throws: ``CIRefusal`` where it is something else; `ProgramError` when git fails.
    package func verify(_ build: CIBuild) async throws -> ObjectID {
        let head = try await commit("HEAD")
        if let tag = try await tag(build.request) {
            try check(tag, build)
            guard tag.commit == head else { throw CIRefusal.otherCommit(build, head: head, wanted: tag.commit) }
        } else if build.isDispatched {
            if let wanted = build.commit, wanted != head {
                throw CIRefusal.otherCommit(build, head: head, wanted: wanted)
            }
        } else {
            throw CIRefusal.tagIsMissing(build.request)
        }
        try await expectUnchanged()
        return head
    }

    /// Looks whether the ledger takes the tag that asks for a build.
    ///
    /// Who may sign is what the checkout's own commit says (``SignerFiles``).
    ///
    /// - Throws: ``CIRefusal/refusedTag(_:)``.
    package func verifyRequest(of build: CIBuild, in ledger: LedgerReading) throws(CIRefusal) {
        guard let problem = ledger.problems.first(where: { $0.tag == build.request.description }) else { return }
        throw .refusedTag(problem)
    }

    private struct Tag {
        /// The name that is written in the object.
        let name: String
        let object: ObjectID
        let commit: ObjectID
    }

    /// The tag under a name; nil where there is none.
    private func tag(_ name: TagName) async throws -> Tag? {
        let format = "%(objecttype) %(objectname) %(*objecttype) %(*objectname) %(tag)"
        let output = try await repository.git(["for-each-ref", "--format=\(format)", "--count=1", name.ref])
        let words = output.text.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard output.text != "" else { return nil }
        guard words.count == 5, words[0] == "tag", words[2] == "commit", let object = ObjectID(words[1]),
            let commit = ObjectID(words[3])
        else { throw CIRefusal.lightweightTag(name) }
        return Tag(name: String(words[4]), object: object, commit: commit)
    }

    private func check(_ tag: Tag, _ build: CIBuild) throws(CIRefusal) {
        guard tag.name == "\(build.request)" else { throw .renamedTag(build.request, own: tag.name) }
        // A forge names the tag object or its commit; which of them differs between forges and their versions.
        guard let event = build.commit, event != tag.object, event != tag.commit else { return }
        throw .otherTag(build.request, here: tag.object, event: event)
    }

    private func commit(_ name: String) async throws -> ObjectID {
        let text = try await repository.git(["rev-parse", "--verify", "--end-of-options", "\(name)^{commit}"]).text
        guard let id = ObjectID(text) else { throw CIRefusal.contradiction("git gives no id for \(name)") }
        return id
    }

    private func expectUnchanged() async throws {
        let output = try await repository.git(["status", "--porcelain", "-z", "--untracked-files=no"])
        let entries = output.standardOutput.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard !entries.isEmpty else { return }
        throw CIRefusal.changedFiles(entries.prefix(5).map { String($0.dropFirst(3)) })
    }
}
