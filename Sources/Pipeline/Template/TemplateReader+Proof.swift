extension TemplateReader {
    /// The shortest text that can be allowed on a console: a shorter one would hide too much.
    private static let shortestText = 8

    /// ```yaml
    /// proof:
    ///   per-clone: [hostid, user-keys, pool-guid]
    ///   grow: true
    ///   allow-console: [{ text: "…", reason: "…" }]
    ///   buses: [virtio, sata]
    ///   test-images: true
    /// ```
    ///
    /// - Parameter bus: What the template's machine has its disk on.
    func proof(_ node: YAMLNode?, bus: Template.DiskBus) -> Template.Proof {
        let standard = Template.Proof(bus: bus)
        guard let node else { return standard }
        return reader.mapping(node, named: "proof") { keys in
            var proof = standard
            proof.perClone = Set(words("per-clone", in: keys))
            proof.grows = keys.boolean("grow") ?? false
            proof.allowedOnConsole = keys.read("allow-console", allowedLines) ?? []
            if let place = keys.optional("buses")?.place {
                proof.buses = words("buses", in: keys)
                if proof.buses.isEmpty {
                    reader.report(
                        at: place, "there is no bus to boot the images on", suggestion: "write 'buses: [virtio]'")
                }
            }
            proof.testsImages = keys.boolean("test-images") ?? false
            return proof
        } ?? standard
    }

    /// The words of a list, each once.
    private func words<Word: RawRepresentable & CaseIterable & Hashable>(
        _ key: String, in keys: YAMLMapping
    ) -> [Word] where Word.RawValue == String {
        guard let node = keys.optional(key) else { return [] }
        var seen: Set<Word> = []
        return reader.list(node, named: key).compactMap { item in
            guard let word: Word = reader.word(item, named: "an item of \(key)") else { return nil }
            if !seen.insert(word).inserted {
                reader.report(at: item.place, "'\(word.rawValue)' is there twice", suggestion: "leave one of them")
            }
            return word
        }
    }

    private func allowedLines(
        _ reader: YAMLReader, _ node: YAMLNode, _ name: String
    ) -> [Template.AllowedLine]? {
        reader.list(node, named: name).compactMap { item in
            reader.mapping(item, named: "an item of \(name)") { keys -> Template.AllowedLine? in
                _ = keys.required("text", example: "\"WARNING: CPU: 0 PID: 1 at drivers/…\"")
                _ = keys.required("reason", example: "known and harmless, see …")
                guard let text = line("text", in: keys), let reason = line("reason", in: keys) else { return nil }
                if text.count < Self.shortestText {
                    reader.report(
                        at: keys.place(of: "text"), "'\(text)' stands in too many lines to be allowed in all of them",
                        suggestion: "give at least \(Self.shortestText) characters of the line")
                }
                return Template.AllowedLine(text: text, reason: reason)
            } ?? nil
        }
    }
}
