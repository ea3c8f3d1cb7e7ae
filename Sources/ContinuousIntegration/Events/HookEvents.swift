internal import Promotion

/// What a hook of a plain git repository is told of a push. Source: githooks(5).
package enum HookEvents {
    /// The most refs of one push that are looked at.
    private static let mostRefs = 10_000

    /// The events of a push, from what a `post-receive` hook reads: a line `OLD NEW REF` for each ref.
    package static func read(lines: String) throws(CIRefusal) -> [CIEvent] {
        let lines = lines.split(separator: "\n")
        guard lines.count <= mostRefs else { throw .badPush("it changes more than \(mostRefs) refs") }
        var events: [CIEvent] = []
        for line in lines {
            // A ref's name holds no space.
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3 else { throw .badPush("'\(line.shown)' is no line 'OLD NEW REF'") }
            events.append(try event(ref: String(words[2]), old: words[0], new: words[1]))
        }
        return events
    }

    /// The event of one ref, from the arguments `REF OLD NEW` of an `update` hook.
    package static func read(arguments: [String]) throws(CIRefusal) -> CIEvent {
        guard arguments.count == 3 else { throw .badPush("an update hook's arguments are REF OLD NEW") }
        return try event(ref: arguments[0], old: arguments[1][...], new: arguments[2][...])
    }

    private static func event(ref: String, old: Substring, new: Substring) throws(CIRefusal) -> CIEvent {
        guard let old = ObjectID(old), let new = ObjectID(new) else {
            throw .badPush("'\(old.shown)' and '\(new.shown)' must be ids of git objects")
        }
        let commit = new.isZero ? nil : new
        if let tag = ref.removing(prefix: "refs/tags/") {
            return CIEvent(.tag(tag, TagChange(from: old, to: new)), commit: commit)
        }
        if let branch = ref.removing(prefix: "refs/heads/") { return CIEvent(.branch(branch), commit: commit) }
        return CIEvent(.other(ref), commit: commit)
    }
}
