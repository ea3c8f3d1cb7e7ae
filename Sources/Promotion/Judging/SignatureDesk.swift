/// Refuses tags that are not signed by whom they must be, and names the signers of the others.
struct SignatureDesk: Sendable {
    /// Who may sign.
    let signers: SignerFiles
    /// Where verdicts are remembered; nil to remember none.
    let memory: LedgerMemory?
    /// Whether all tags of the repository are looked at, so that verdicts on others can be forgotten.
    let isComplete: Bool

    /// What the tags say, with their signers; the others become problems.
    func signed(
        _ candidates: [TagIntake.Candidate], problems: inout [LedgerProblem]
    ) async throws -> [LedgerEntry] {
        guard signers.areSignaturesRequired else { return candidates.map(\.entry) }
        let verdicts = try await verdicts(on: candidates)
        var entries: [LedgerEntry] = []
        for candidate in candidates {
            let verdict: SignatureVerdict =
                switch candidate.object.signature {
                case nil: .refused(.unsigned)
                case .other: .refused(.unsupportedSignature)
                case .ssh: verdicts[candidate.entry.tag.id] ?? .refused(.badSignature)
                }
            switch verdict {
            case .good(let signer): entries.append(candidate.entry.signed(by: signer))
            case .refused(let kind):
                problems.append(LedgerProblem(kind, candidate.object.name, sentence(kind, candidate.object)))
            }
        }
        return entries
    }

    private func verdicts(on candidates: [TagIntake.Candidate]) async throws -> [ObjectID: SignatureVerdict] {
        let known = memory?.verdicts(with: signers) ?? [:]
        var verdicts: [ObjectID: SignatureVerdict] = [:]
        var unknown: [SignatureChecker.Candidate] = []
        for candidate in candidates {
            let (object, id) = (candidate.object, candidate.entry.tag.id)
            guard case .ssh(let armor) = object.signature else { continue }
            if let verdict = known[id] {
                verdicts[id] = verdict
            } else {
                unknown.append(
                    SignatureChecker.Candidate(
                        id: id, signedBytes: object.signedBytes, armor: armor, date: object.date))
            }
        }
        let new = try await SignatureChecker(signers: signers).verdicts(on: unknown)
        verdicts.merge(new) { $1 }
        // What is refused is looked at again: a full disk or a killed program may have been the reason.
        let good = verdicts.filter { $0.value.isGood }
        if isComplete, good != known {
            try memory?.remember(good, with: signers)
        } else if new.values.contains(where: \.isGood) {
            try memory?.remember(known.merging(good) { $1 }, with: signers)
        }
        return verdicts
    }

    private func sentence(_ kind: LedgerProblem.Kind, _ object: TagObject) -> String {
        let file = "\(SignerFiles.folder)/\(SignerFiles.allowedName)"
        return switch kind {
        case .unsigned: "nobody signed it, and \(file) names who must"
        case .unsupportedSignature: "it is not signed with an SSH key; other signatures are not supported"
        case .unknownSigner: "its signature is by a key that \(file) does not allow to sign tags"
        case .expiredSigner: "its signature is by a key that was not good at the time of the tag, by \(file)"
        case .revokedSigner:
            "its signature is by a key that was revoked, by \(SignerFiles.folder)/\(SignerFiles.revokedName)"
        default: "its signature is not one over this tag"
        }
    }
}
