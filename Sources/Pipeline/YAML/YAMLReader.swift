/// Collects what is wrong in the files of one reading, so that all of it is reported together.
///
/// A reader belongs to one reading on one thread. Every accessor that finds something wrong notes it here and hands
/// back nil or a default; whoever reads asks ``finish()`` at the end.
package final class YAMLReader {
    /// What was found wrong so far.
    package private(set) var problems: [YAMLProblem] = []

    /// A reader that found nothing wrong yet.
    package init() {}

    /// Notes a problem.
    package func report(at place: YAMLPlace, _ message: String, suggestion: String? = nil) {
        problems.append(YAMLProblem(at: place, message, suggestion: suggestion))
    }

    /// Notes that `node` is not what was expected.
    package func mismatch(_ node: YAMLNode, of name: String, expected: String, suggestion: String? = nil) {
        report(at: node.place, "'\(name)' is \(node.summary), but must be \(expected)", suggestion: suggestion)
    }

    /// Throws all problems, if there are any.
    package func finish() throws(YAMLError) {
        guard problems.isEmpty else { throw YAMLError(problems) }
    }

    /// Reads `node` as a mapping; keys that `body` never asked for are reported afterwards.
    package func mapping<Result>(
        _ node: YAMLNode, named name: String, _ body: (YAMLMapping) throws -> Result
    ) rethrows -> Result? {
        guard case .mapping(let entries) = node.content else {
            mismatch(node, of: name, expected: "a mapping, such as 'key: value'")
            return nil
        }
        let mapping = YAMLMapping(name: name, place: node.place, entries: entries, reader: self)
        let result = try body(mapping)
        mapping.reportUnknownKeys()
        return result
    }

    /// The items of a list.
    package func list(_ node: YAMLNode, named name: String) -> [YAMLNode] {
        guard case .list(let items) = node.content else {
            mismatch(node, of: name, expected: "a list, such as [a, b]")
            return []
        }
        return items
    }

    /// A text; numbers and words such as `on` are taken as they are written.
    package func string(_ node: YAMLNode, named name: String) -> String? {
        guard case .scalar(let text, let quoted) = node.content, quoted || !node.isNull else {
            mismatch(node, of: name, expected: "a text")
            return nil
        }
        return text
    }

    /// `true` or `false`.
    package func boolean(_ node: YAMLNode, named name: String) -> Bool? {
        guard case .scalar(let text, quoted: false) = node.content, let value = Bool(text) else {
            mismatch(node, of: name, expected: "true or false")
            return nil
        }
        return value
    }

    /// A whole number in `range`.
    package func integer(_ node: YAMLNode, named name: String, in range: ClosedRange<Int>) -> Int? {
        guard case .scalar(let text, quoted: false) = node.content, let value = Int(text), range.contains(value) else {
            mismatch(node, of: name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// One of the words of `Word`.
    package func word<Word: RawRepresentable & CaseIterable>(
        _ node: YAMLNode, named name: String, as type: Word.Type = Word.self
    ) -> Word? where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        guard case .scalar(let text, _) = node.content, let word = Word(rawValue: text) else {
            var suggestion: String?
            if case .scalar(let text, _) = node.content { suggestion = text.didYouMean(words) }
            mismatch(node, of: name, expected: "one of " + words.joined(separator: ", "), suggestion: suggestion)
            return nil
        }
        return word
    }
}
