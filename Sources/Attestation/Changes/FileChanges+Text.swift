extension FileChanges {
    /// The changes for people, a line each; a folder stands for all that came or went with it.
    var listed: [String] {
        Self.gathered(removed).map { "- \($0)" } + Self.gathered(added).map { "+ \($0)" }
            + changed.map { "~ \($0.path): \($0.words)" }
    }

    /// The items in whose folder nothing else came or went, each with the number of those below it.
    private static func gathered(_ items: [Item]) -> [String] {
        var tops: [(item: Item, below: Int)] = []
        // Sorted as the tree is: what is below a folder comes right after it.
        for item in items.sorted(by: {
            $0.path.split(separator: "/").lexicographicallyPrecedes($1.path.split(separator: "/"))
        }) {
            if let top = tops.last, top.item.kind == .folder, item.path.hasPrefix(top.item.path + "/") {
                tops[tops.count - 1].below += 1
            } else {
                tops.append((item, 0))
            }
        }
        return tops.map { item, below in
            item.path + (item.kind == .folder ? "/" : "") + (below > 0 ? " and \(below) below it" : "")
        }
    }
}

extension FileChanges.Difference {
    /// In what it differs: `content, mode 0755 -> 4755`.
    fileprivate var words: String {
        [
            kind.map { "\($0.from.rawValue) -> \($0.to.rawValue)" }, content.map { _ in "content" },
            mode.map { "mode \($0.from) -> \($0.to)" }, owner.map { "owner \($0.from) -> \($0.to)" },
            target.map { "leads to \($0.from ?? "nothing") -> \($0.to ?? "nothing")" },
        ].compactMap { $0 }.joined(separator: ", ")
    }
}
