package import Foundation
package import SystemPackage

/// Reads the ledger of a repository, and judges every tag of it.
///
/// - Each tag by itself: annotated, under its own name, well-formed, signed by an allowed signer where there are any.
/// - The tags of a series together: one template, one commit and the same bytes for each version.
/// - Each chain: one line by `Previous`, with times that never go back. The placements of each channel are a chain; so are
///   all approvals of a series, and all its revocations.
/// - Against what was known before: the lock refs, and the newest tags that this host has seen.
package struct LedgerReader: Sendable {
    /// The repository.
    let repository: Repository
    /// Where verdicts about signatures and the newest tags that were seen are remembered; nil to remember nothing.
    let memory: FilePath?
    /// The template of each series, by the template files; nil in a repository without them.
    let templates: [String: String]?
    /// The time that no tag may be far ahead of.
    let now: Date

    /// A reader.
    ///
    /// - Parameters:
    ///   - memory: The folder `promotion` of the factory's state.
    ///   - templates: The template of each series that a template file names; nil without template files.
    package init(
        repository: Repository, memory: FilePath?, templates: [String: String]? = nil, now: Date = Date()
    ) {
        self.repository = repository
        self.memory = memory
        self.templates = templates
        self.now = now
    }

    /// Reads one series, or all of them.
    ///
    /// - Throws: `ProgramError`, ``SignerFilesError``. A bad tag is no error but one of the problems.
    package func read(_ series: String? = nil) async throws -> LedgerReading {
        let signers = try await SignerFiles.read(from: repository)
        var memory: LedgerMemory?
        if let root = self.memory { memory = LedgerMemory(root: root, identity: try await repository.identity()) }
        let refs = try await repository.refs(under: [series.map { "refs/tags/\($0)/" } ?? "refs/tags/"])
        let intake = try await takeIn(refs, series: series)
        var problems = intake.problems
        let desk = SignatureDesk(signers: signers, memory: memory, isComplete: series == nil)
        let entries = try await desk.signed(intake.candidates, problems: &problems)
        let locks = try await locks(of: series)
        var seen = memory?.seenTags() ?? SeenTags()
        let before = seen
        var ledgers: [SeriesLedger] = []
        let groups = Dictionary(grouping: entries, by: \.tag.name.series)
        for name in Set(groups.keys).union(locks.keys.map(\.series)).union(seen.series).sorted() {
            guard series == nil || series == name else { continue }
            var judge = SeriesJudge(series: name, template: templates?[name], locks: locks, seen: seen)
            let ledger = judge.judge(groups[name] ?? [])
            if groups[name] != nil { ledgers.append(ledger) }
            problems += judge.problems
            seen = judge.newlySeen
        }
        if seen != before { try memory?.remember(seen) }
        return LedgerReading(series: ledgers, problems: problems.sorted { $0.tag < $1.tag }, signers: signers)
    }

    private func takeIn(_ refs: [Ref], series: String?) async throws -> TagIntake {
        let objects = refs.map(\.header).filter { $0.type == "tag" && $0.size <= TagObject.limit }
        let contents = try await ObjectReader(repository: repository).contents(objects)
        var intake = TagIntake(now: now)
        for ref in refs {
            // 'golden/' is the beginning of the names of the series 'golden/edge' too.
            if let series, let name = TagName(ref.tagName), name.series != series { continue }
            intake.take(ref, content: contents[ref.header.id])
        }
        intake.settleDoubts(knownSeries: Set(templates?.keys.map { $0 } ?? []))
        return intake
    }

    /// What the lock refs point to.
    private func locks(of series: String?) async throws -> [LedgerChain: ObjectID] {
        var locks: [LedgerChain: ObjectID] = [:]
        for ref in try await repository.refs(under: ["refs/imagefactory/"]) {
            guard let chain = LedgerChain(String(ref.name.dropFirst("refs/imagefactory/".count))) else { continue }
            if series == nil || chain.series == series { locks[chain] = ref.header.id }
        }
        return locks
    }
}
