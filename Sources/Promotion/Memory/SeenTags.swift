/// The newest tags that were seen in a repository, so that a history that went back is noticed.
struct SeenTags: Sendable, Hashable {
    /// The newest tag object of each chain.
    var heads: [LedgerChain: ObjectID] = [:]
    /// The tag object of each tag that asks for a build, by its name.
    var requests: [TagName: ObjectID] = [:]

    /// The series that it knows of.
    var series: Set<String> { Set(heads.keys.map(\.series)).union(requests.keys.map(\.series)) }

    /// The lines in which it is written down: the id, and the chain or the tag's name.
    var lines: [String] {
        heads.map { "\($1) chain \($0)" }.sorted() + requests.map { "\($1) request \($0)" }.sorted()
    }

    /// Nothing.
    init() {}

    /// Reads such lines, and passes over others.
    init(lines: [Substring]) {
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, let id = ObjectID(words[0]) else { continue }
            if words[1] == "chain", let chain = LedgerChain(String(words[2])) {
                heads[chain] = id
            } else if words[1] == "request", let name = TagName(String(words[2])) {
                requests[name] = id
            }
        }
    }
}
