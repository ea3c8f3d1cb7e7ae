internal import Attestation
internal import Foundation
internal import HostSystem

/// A change of the ledger: tags that are published together or not at all, onto the ledger as it was read.
package struct LedgerChange: Sendable {
    /// The ledger that it is based on.
    package let reading: LedgerReading
    private let desk: LedgerDesk
    private let refs: [String: ObjectID]
    private var changes: [RefChange] = []
    private var heads: [LedgerChain: Head] = [:]

    /// The newest tag of a chain.
    private struct Head {
        let id: ObjectID
        let date: Date
    }

    /// A change that says nothing yet.
    init(desk: LedgerDesk, reading: LedgerReading, refs: [String: ObjectID]) {
        self.desk = desk
        self.reading = reading
        self.refs = refs
        for ledger in reading.series {
            for chain in LedgerChain.all(of: ledger.series) {
                heads[chain] = ledger.newest(in: chain).map { Head(id: $0.id, date: $0.date) }
            }
        }
    }

    /// The good tags of a series; an empty ledger where there is none.
    package func ledger(_ series: String) -> SeriesLedger {
        reading[series] ?? SeriesLedger(series: series)
    }

    /// Writes a tag's object, as its chain's next; nobody sees it before ``publish()``.
    ///
    /// - Parameter saying: The message, given the tag object before it in its chain.
    /// - Returns: The tag with its signer, who is one of the allowed signers where these are known.
    /// - Throws: ``LedgerChangeError``, ``TagWritingError``.
    package mutating func write(
        _ name: TagName, at commit: ObjectID, saying message: (ObjectID?) throws -> TagMessage
    ) async throws -> LedgerTag {
        let chain = LedgerChain(of: name)
        if let problem = chain.flatMap({ reading.problems(of: $0).first }) { throw LedgerChangeError.broken(problem) }
        guard refs[name.ref] == nil else { throw LedgerChangeError.taken(name) }
        let head = chain.flatMap { heads[$0] }
        let draft = TagDraft(
            name: name, commit: commit, message: try message(head?.id), predecessor: head?.date)
        let (id, tag) = try await TagWriter(desk.repository, signing: desk.signing).write(draft)
        let signer = try await Self.signer(of: tag, id: id, by: reading.signers)
        changes.append(RefChange(name.ref, from: nil, to: id))
        if let chain {
            changes.removeAll { $0.ref == chain.lockRef }
            changes.append(RefChange(chain.lockRef, from: refs[chain.lockRef], to: id))
            heads[chain] = Head(id: id, date: tag.date)
        }
        return LedgerTag(
            name: name, id: id, commit: commit, tagger: tag.tagger, date: tag.date, signer: signer)
    }

    /// Keeps what gates found, under a ref of its own.
    ///
    /// - Returns: The ref.
    @discardableResult
    mutating func keep(_ record: SummaryRecord, of subject: GateSubject, in series: String) async throws -> String {
        let ref = SummaryRecord.ref(series: series, subject: subject, among: refs.keys)
        let output = try await desk.repository.git(["hash-object", "-w", "--stdin"], input: record.bytes)
        guard let id = ObjectID(output.text) else { throw TagWritingError.notARepository(desk.repository.folder) }
        changes.append(RefChange(ref, from: nil, to: id))
        return ref
    }

    /// Publishes all of it, or nothing.
    ///
    /// - Throws: ``LedgerRefsError``; of these, ``LedgerChangeError/overtaken(_:)`` says who was faster.
    package func publish() async throws {
        let ledgerRefs = LedgerRefs(desk.repository, remote: desk.remote, templates: desk.templates)
        do {
            try await ledgerRefs.publish(changes)
        } catch LedgerRefsError.overtaken(let ref, let now) {
            let series = changes.lazy.compactMap { TagName(tagRef: $0.ref)?.series }.first
            let refs = try await ledgerRefs.refresh(series)
            let theirs = now.flatMap { id in refs.first { $0.value == id && $0.key.hasPrefix("refs/tags/") } }
            throw LedgerChangeError.overtaken(theirs.flatMap { TagName(tagRef: $0.key) }, ref: ref)
        }
    }

    /// Who would sign here, found out by a tag that is thrown away; nil where tags need not be signed.
    ///
    /// - Throws: ``LedgerChangeError`` for somebody whom the allowed signers do not name.
    func author(of commit: ObjectID) async throws -> String? {
        let name = TagName(series: "imagefactory", version: "v0.0.0", claim: .request)
        let draft = TagDraft(name: name, commit: commit, message: try .request(name, template: "imagefactory"))
        let (id, tag) = try await TagWriter(desk.repository, signing: desk.signing).write(draft, keeps: false)
        return try await Self.signer(of: tag, id: id, by: reading.signers)
    }

    /// Refuses a tag that readers of the ledger would refuse, and says who signed it.
    private static func signer(of tag: TagObject, id: ObjectID, by signers: SignerFiles) async throws -> String? {
        guard signers.areSignaturesRequired else { return nil }
        let kind: LedgerProblem.Kind
        switch tag.signature {
        case nil: kind = .unsigned
        case .other: kind = .unsupportedSignature
        case .ssh(let armor):
            let candidate = SignatureChecker.Candidate(
                id: id, signedBytes: tag.signedBytes, armor: armor, date: tag.date)
            switch try await SignatureChecker(signers: signers).verdicts(on: [candidate])[id] {
            case .good(let signer): return signer
            case .refused(let reason): kind = reason
            case nil: kind = .badSignature
            }
        }
        throw LedgerChangeError.signer(kind, tagger: tag.tagger)
    }
}

extension SeriesLedger {
    /// The newest good tag of a chain.
    fileprivate func newest(in chain: LedgerChain) -> LedgerTag? {
        switch chain.kind {
        case .channel(let channel): current(in: channel)?.tag
        case .approvals: approvals.last?.tag
        case .revocations: revocations.last?.tag
        }
    }
}

/// Why the ledger was not changed.
package enum LedgerChangeError: Error, CustomStringConvertible {
    /// The chain that the tag belongs to cannot be trusted.
    case broken(LedgerProblem)
    /// A tag of that name is there already, though the ledger does not count it.
    case taken(TagName)
    /// The tag would be refused by all who read the ledger: nobody signed it, or somebody who may not.
    case signer(LedgerProblem.Kind, tagger: String)
    /// Somebody else was faster, with this tag if it is known which.
    case overtaken(TagName?, ref: String)

    package var description: String {
        switch self {
        case .broken(let problem):
            "the ledger cannot be trusted here, and is not written on: \(problem); see 'imagefactory channels verify'"
        case .taken(let name):
            "there is a tag \(name) already that is none of the ledger's; see 'imagefactory channels verify'"
        case .signer(let kind, let tagger): Self.refusal(kind, tagger)
        case .overtaken(let name?, _):
            "someone else \(name.story) meanwhile; nothing was changed, so look at 'imagefactory channels' and try again"
        case .overtaken(nil, let ref): "someone else changed \(ref) meanwhile; nothing was changed, so try again"
        }
    }

    private static func refusal(_ kind: LedgerProblem.Kind, _ tagger: String) -> String {
        let files = SignerFiles.folder
        switch kind {
        case .unsigned:
            return """
                tags of this repository must be signed, and git has no key of yours: run 'git config gpg.format ssh' and \
                'git config user.signingkey ~/.ssh/id_ed25519.pub', or name a key under 'tag-signing-key:' in imagefactory.yaml
                """
        case .unsupportedSignature:
            return "tags of this repository are signed by SSH keys; run 'git config gpg.format ssh', and name one"
        case .expiredSigner: return "the key of \(tagger) is good no more; have a new one put into \(files)"
        case .revokedSigner: return "the key of \(tagger) was revoked; sign with another one that is in \(files)"
        default:
            return """
                \(files)/\(SignerFiles.allowedName) of the commit that is checked out does not name the key that \(tagger) \
                signs with; have somebody who may put it there
                """
        }
    }
}

extension TagName {
    /// What somebody did who made such a tag: `promoted v1.3.0 to prod`.
    var story: String {
        switch claim {
        case .request: "asked for \(version)"
        case .placement(let channel, _): "promoted \(version) to \(channel.rawValue)"
        case .approval(let channel, _): "approved \(version) for \(channel.rawValue)"
        case .revocation: "revoked \(version)"
        }
    }
}
