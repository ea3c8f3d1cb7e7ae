internal import HostSystem
internal import Pipeline
package import Promotion

/// Why a job does not do what an event asks for.
package enum CIRefusal: Error, Equatable, CustomStringConvertible {
    /// The process is no job of a forge.
    case noJob
    /// A variable is not set that the forge's runner sets.
    case missingVariable(String)
    /// A variable, or the file that it names, is not as documented; with the reason.
    case badVariable(String, String)
    /// What a hook was told of a push is not as documented.
    case badPush(String)
    /// Two things that the forge says do not fit each other.
    case contradiction(String)
    /// A dispatch without an input.
    case missingInput(String)
    /// No template has that name.
    case unknownTemplate(String, known: [String])
    /// No template has that series.
    case unknownSeries(TagName, known: [String])
    /// The version is none; with the sentence about it.
    case badVersion(String)
    /// A tag that pointed to something else before.
    case movedTag(TagName, from: ObjectID)
    /// The checkout does not have the tag.
    case tagIsMissing(TagName)
    /// A tag without an object of its own says nothing of who made it.
    case lightweightTag(TagName)
    /// The tag object was made under another name.
    case renamedTag(TagName, own: String)
    /// The ledger does not take the tag, for want of a signature that counts, say.
    case refusedTag(LedgerProblem)
    /// The tag in the checkout is another than the event's.
    case otherTag(TagName, here: ObjectID, event: ObjectID)
    /// The work tree has another commit than the tag, or than the event.
    case otherCommit(CIBuild, head: ObjectID, wanted: ObjectID)
    /// Files of the work tree are not as they were committed.
    case changedFiles([String])

    package var description: String {
        switch self {
        case .noJob:
            "this is no job of GitHub Actions, GitLab CI or Gitea Actions; in a hook of a git repository give --hook"
        case .missingVariable(let name): "\(name) is not set, which the forge's runner sets for every job"
        case .badVariable(let name, let reason): "\(name) cannot be used: \(reason)"
        case .badPush(let reason): "the push cannot be read: \(reason)"
        case .contradiction(let reason): "the job's event contradicts itself: \(reason)"
        case .missingInput(let name): "the input '\(name)' is not given; a build wants a template and a version"
        case .unknownTemplate(let name, let known):
            "there is no template '\(name.shown)' in this checkout; " + Self.advice(name, known)
        case .unknownSeries(let tag, let known):
            "\(tag) asks for a build, but the series '\(tag.series)' belongs to no template in this checkout; "
                + Self.advice(tag.series, known)
        case .badVersion(let problem): TerminalText.plain(problem.prefix(300))
        case .movedTag(let tag, let old):
            "\(tag) was moved from \(old.short); a tag that was moved is never built, so give a new version a tag of its own"
        case .tagIsMissing(let tag): "\(tag) is not in this checkout; fetch the repository's tags"
        case .lightweightTag(let tag):
            "\(tag) is no annotated tag here; make it by 'imagefactory release' or 'git tag -a', and fetch tags as they are"
        case .renamedTag(let tag, let own): "the tag object at \(tag) was made as '\(own.shown)'; somebody re-used it"
        case .refusedTag(let problem): problem.description
        case .otherTag(let tag, let here, let event):
            "\(tag) is \(here.short) in this checkout, and the event is about \(event.short); check out what was pushed"
        case .otherCommit(let build, let head, let wanted):
            "the work tree is at \(head.short), and \(build.isDispatched ? "the job" : "\(build.request)") is about "
                + "\(wanted.short); check that out"
        case .changedFiles(let files):
            "files are not as they were committed: \(files.map(\.shown).joined(separator: ", ")); a release is built from "
                + "what its tag names, and nothing else"
        }
    }

    /// Whether what was pushed is not what it seems to be, so that nobody should simply try again.
    package var isSuspicious: Bool {
        switch self {
        case .contradiction, .movedTag, .lightweightTag, .renamedTag, .refusedTag, .otherTag, .otherCommit,
            .changedFiles:
            true
        case .noJob, .missingVariable, .badVariable, .badPush, .missingInput, .unknownTemplate, .unknownSeries,
            .badVersion, .tagIsMissing:
            false
        }
    }

    private static func advice(_ name: String, _ known: [String]) -> String {
        name.shown.didYouMean(known) ?? "there are: \(known.joined(separator: ", "))"
    }
}
