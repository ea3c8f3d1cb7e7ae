/// A piece of a YAML document that knows where it stands.
///
/// The tree is our own, and not the parser's, so that parts of several files can be merged and each part still names
/// its own file and line.
package struct YAMLNode: Sendable {
    /// A key of a mapping.
    package struct Key: Sendable {
        /// The key itself.
        package let text: String
        /// Where it stands.
        package let place: YAMLPlace
    }

    /// What a node holds.
    package indirect enum Content: Sendable {
        /// A text, number or word; `quoted` when it was written in quotes or as a block.
        case scalar(String, quoted: Bool)
        /// Items in order.
        case list([YAMLNode])
        /// Keys and values in order; no key occurs twice.
        case mapping([(key: Key, value: YAMLNode)])
    }

    /// What it holds.
    package let content: Content
    /// Where it begins.
    package let place: YAMLPlace

    /// Whether nothing was written, or `null` or `~`.
    package var isNull: Bool {
        guard case .scalar(let text, false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What it is, in words for an error: `the list`, `'on'`, `nothing`.
    package var summary: String {
        switch content {
        case _ where isNull: "nothing"
        case .scalar(let text, _): "'\(text.brief)'"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    /// This node laid over `base`: mappings are joined key by key, everything else replaces what `base` has.
    package func merged(over base: YAMLNode) -> YAMLNode {
        guard case .mapping(let upper) = content, case .mapping(let lower) = base.content else { return self }
        var entries = lower
        for entry in upper {
            guard let index = entries.firstIndex(where: { $0.key.text == entry.key.text }) else {
                entries.append(entry)
                continue
            }
            entries[index] = (entry.key, entry.value.merged(over: entries[index].value))
        }
        return YAMLNode(content: .mapping(entries), place: place)
    }
}

extension String {
    /// The text as an error shows it: only its beginning where it is long.
    var brief: String { count > 40 ? prefix(40) + "…" : self }
}
