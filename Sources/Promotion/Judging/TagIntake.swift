internal import Foundation

/// Takes tags out of a repository and judges each by itself: its ref against its name, its form, its content, its time.
struct TagIntake: Sendable {
    /// A tag that is good by itself, but for its signature.
    struct Candidate: Sendable {
        /// The tag object.
        let object: TagObject
        /// What it says, signed by nobody yet.
        let entry: LedgerEntry

        /// Whether nothing but its name makes it a tag of the ledger.
        var isPlain: Bool { entry.template == nil }
    }

    /// How far ahead of this host's clock a tag's time may be, in seconds: clocks differ a little.
    static let clockTolerance: TimeInterval = 600

    /// The time that no tag may be far ahead of.
    let now: Date
    /// The tags that are good by themselves.
    private(set) var candidates: [Candidate] = []
    /// What is wrong with others.
    private(set) var problems: [LedgerProblem] = []
    /// What is wrong with tags that have the form of a request, and may as well be another program's tags.
    private var doubts: [(series: String, problem: LedgerProblem)] = []
    /// Tags by git alone that have the name of a request, and may as well be another program's.
    private var plainTags: [Candidate] = []

    init(now: Date) {
        self.now = now
    }

    /// Judges a tag.
    ///
    /// - Parameter content: The content of its tag object; nil where the ref points to something else, or it is too long.
    mutating func take(_ ref: Ref, content: [UInt8]?) {
        let name = TagName(ref.tagName)
        do {
            guard let candidate = try candidate(ref, name: name, content: content) else { return }
            if candidate.isPlain { plainTags.append(candidate) } else { candidates.append(candidate) }
        } catch {
            guard let name, name.claim == .request, !error.isCertain else { return problems.append(error.problem) }
            doubts.append((name.series, error.problem))
        }
    }

    /// Ends the intake: doubtful tags count in the series that the ledger has, and are nobody's business elsewhere.
    mutating func settleDoubts(knownSeries: Set<String>) {
        let known = knownSeries.union(candidates.map(\.entry.tag.name.series))
        problems += doubts.filter { known.contains($0.series) }.map(\.problem)
        candidates += plainTags.filter { known.contains($0.entry.tag.name.series) }
        (doubts, plainTags) = ([], [])
    }

    private func candidate(_ ref: Ref, name: TagName?, content: [UInt8]?) throws(Refusal) -> Candidate? {
        let tag = ref.tagName
        guard ref.header.type == "tag" else {
            guard name != nil else { return nil }
            throw Refusal(
                .lightweight, tag, "it has no tag object, so that nobody is known to have made it; use 'imagefactory'")
        }
        guard let content else {
            guard name != nil else { return nil }
            throw Refusal(.malformed, tag, TagObjectError.tooLong.description)
        }
        let object: TagObject
        do { object = try TagObject(content) } catch {
            guard name != nil else { return nil }
            throw Refusal(.malformed, tag, error.description)
        }
        guard name != nil else { return try stranger(tag, object) }
        guard object.name == tag else {
            throw Refusal(.otherRef, tag, "its tag object is that of the tag '\(object.name)'", isCertain: true)
        }
        let entry: LedgerEntry
        do { entry = try LedgerEntry(object, id: ref.header.id, signer: nil) } catch {
            throw Refusal(.malformed, tag, error.description, isCertain: !error.isOfStrangers)
        }
        let candidate = Candidate(object: object, entry: entry)
        guard object.date <= now.addingTimeInterval(Self.clockTolerance) else {
            throw Refusal(
                .future, tag, "its time has not come yet; look at the clocks of this host and of its tagger",
                isCertain: !candidate.isPlain)
        }
        return candidate
    }

    /// A tag whose ref is none of the ledger's: another program's, unless it speaks as the ledger's do.
    private func stranger(_ tag: String, _ object: TagObject) throws(Refusal) -> Candidate? {
        if TagName(object.name) != nil, object.name != tag {
            throw Refusal(.otherRef, tag, "its tag object is that of the tag '\(object.name)'", isCertain: true)
        }
        guard let message = try? TagMessage(object.message), message[.template] != nil, message[.version] != nil else {
            return nil
        }
        throw Refusal(
            .name, tag, "it speaks as a tag of the ledger does, but its name is none, or its version is none",
            isCertain: true)
    }
}

/// Why a tag is not taken.
private struct Refusal: Error {
    /// What is said of it.
    let problem: LedgerProblem
    /// Whether the tag is meant to be one of the ledger whatever else is known.
    let isCertain: Bool

    init(_ kind: LedgerProblem.Kind, _ tag: String, _ sentence: String, isCertain: Bool = false) {
        problem = LedgerProblem(kind, tag, sentence)
        self.isCertain = isCertain
    }
}

extension LedgerEntryError {
    /// Whether another program's tag of such a name would be refused in this way too.
    fileprivate var isOfStrangers: Bool {
        switch self {
        case .target, .message(.tooLong), .missing(.version): true
        default: false
        }
    }
}
