package import HostSystem

/// A mapping that is being read: typed access by key, and a note of which keys were asked for.
package final class YAMLMapping {
    /// What the mapping is called in errors.
    package let name: String
    /// Where it begins.
    package let place: YAMLPlace
    /// The keys and values, in the order in which they were written.
    package let entries: [(key: YAMLNode.Key, value: YAMLNode)]
    /// Where problems go.
    package let reader: YAMLReader
    private var known: [String] = []

    /// A mapping called `name`, which begins at `place`.
    init(
        name: String, place: YAMLPlace, entries: [(key: YAMLNode.Key, value: YAMLNode)], reader: YAMLReader
    ) {
        self.name = name
        self.place = place
        self.entries = entries
        self.reader = reader
    }

    /// The value of a key; nil if the key is not there.
    package func optional(_ key: String) -> YAMLNode? {
        known.append(key)
        return entries.first { $0.key.text == key }?.value
    }

    /// The value of a key that must be there.
    package func required(_ key: String, example: String) -> YAMLNode? {
        if let node = optional(key) { return node }
        // A misspelt key is reported as such; that it is missing would only repeat it.
        guard !entries.contains(where: { $0.key.text.editDistance(to: key) <= 2 }) else { return nil }
        reader.report(at: place, "'\(key)' is missing from \(name)", suggestion: "add '\(key): \(example)'")
        return nil
    }

    /// Where a key's value stands, or the mapping itself if the key is not there.
    package func place(of key: String) -> YAMLPlace {
        entries.first { $0.key.text == key }?.value.place ?? place
    }

    /// The value of a key, handed to one of the reader's methods with its name.
    package func read<Value>(_ key: String, _ body: (YAMLReader, YAMLNode, String) -> Value?) -> Value? {
        optional(key).flatMap { body(reader, $0, key) }
    }

    /// A text, or nil.
    package func string(_ key: String) -> String? {
        read(key) { $0.string($1, named: $2) }
    }

    /// A text with its place, or nil.
    package func placedString(_ key: String) -> Placed<String>? {
        read(key) { reader, node, name in reader.string(node, named: name).map { Placed($0, at: node.place) } }
    }

    /// A truth value, or nil.
    package func boolean(_ key: String) -> Bool? {
        read(key) { $0.boolean($1, named: $2) }
    }

    /// A whole number in `range`, or nil.
    package func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        read(key) { $0.integer($1, named: $2, in: range) }
    }

    /// A size such as `40GiB`, or nil.
    package func byteCount(_ key: String) -> ByteCount? {
        read(key) { $0.byteCount($1, named: $2) }
    }

    /// A time such as `10min`, or nil.
    package func duration(_ key: String) -> Duration? {
        read(key) { $0.duration($1, named: $2) }
    }

    /// One of the words of `Word`, or nil.
    package func word<Word: RawRepresentable & CaseIterable>(_ key: String, as type: Word.Type = Word.self) -> Word?
    where Word.RawValue == String {
        read(key) { $0.word($1, named: $2, as: type) }
    }

    /// A list of texts with their places; empty if the key is not there.
    package func strings(_ key: String) -> [Placed<String>] {
        guard let node = optional(key) else { return [] }
        return reader.list(node, named: key).compactMap { item in
            reader.string(item, named: "an item of \(key)").map { Placed($0, at: item.place) }
        }
    }

    /// Declares that every key is welcome; for mappings whose keys are the user's own.
    package func acceptAllKeys() {
        known += entries.map(\.key.text)
    }

    /// Reports the keys that nobody asked for, with the nearest known one.
    func reportUnknownKeys() {
        for (key, _) in entries where !known.contains(key.text) {
            reader.report(
                at: key.place, "'\(key.text)' is not a key of \(name)",
                suggestion: key.text.didYouMean(known)
                    ?? "the keys are " + Set(known).sorted().joined(separator: ", "))
        }
    }
}
