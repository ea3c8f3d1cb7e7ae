internal import HostSystem
internal import SystemPackage

/// What is remembered of a repository between readings: verdicts about signatures, which are slow to come by, and the
/// newest tags that were seen.
struct LedgerMemory: Sendable {
    /// The folder of the repository's two files; each repository has one of its own.
    let folder: FilePath

    /// The memory of a repository.
    ///
    /// - Parameters:
    ///   - root: The folder of all such memories.
    ///   - identity: What tells the repository from others.
    init(root: FilePath, identity: String) {
        folder = root.appending(Digest.of(identity).short)
    }

    /// The file of ``SeenTags``.
    var seenPath: FilePath { folder.appending("seen") }

    /// The newest tags that were seen; none at first.
    func seenTags() -> SeenTags {
        SeenTags(lines: seenFile.read() ?? [])
    }

    /// Remembers the newest tags.
    func remember(_ seen: SeenTags) throws {
        try seenFile.write(seen.lines)
    }

    /// The verdicts that were come to with the same files of signers, by tag object.
    func verdicts(with signers: SignerFiles) -> [ObjectID: SignatureVerdict] {
        var verdicts: [ObjectID: SignatureVerdict] = [:]
        for line in verdictFile(signers).read() ?? [] {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let id = ObjectID(words[0]), let verdict = SignatureVerdict(words: words[1]) else {
                continue
            }
            verdicts[id] = verdict
        }
        return verdicts
    }

    /// Remembers verdicts instead of those that were remembered.
    func remember(_ verdicts: [ObjectID: SignatureVerdict], with signers: SignerFiles) throws {
        try verdictFile(signers).write(verdicts.map { "\($0) \($1.words)" })
    }

    private var seenFile: CheckedLines { CheckedLines(path: seenPath, title: "imagefactory seen tags 1") }

    /// The files of signers are in the title, so that a change of them ends every verdict.
    private func verdictFile(_ signers: SignerFiles) -> CheckedLines {
        CheckedLines(path: folder.appending("verdicts"), title: "imagefactory verdicts 1 \(signers.digest)")
    }
}
