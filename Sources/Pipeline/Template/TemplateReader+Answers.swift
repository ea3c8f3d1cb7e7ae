internal import HostSystem
internal import SystemPackage

extension TemplateReader {
    /// `answers: { KLDLOAD_DISTRO: debian, … }` and `answers-by:`
    func answers(_ keys: YAMLMapping) -> Template.Answers {
        let way: Template.Answers.Way = keys.word("answers-by") ?? .seedDisk
        let example = "{ KLDLOAD_DISTRO: debian, KLDLOAD_PASSWORD: { secret: generate } }"
        guard let node = keys.required("answers", example: example) else {
            return Template.Answers(way: way, entries: [])
        }
        let entries = reader.mapping(node, named: "answers") { keys in
            keys.acceptAllKeys()
            return keys.entries.compactMap(answer)
        }
        let answers = Template.Answers(way: way, entries: entries ?? [])
        check(answers, at: node.place)
        return answers
    }

    private func answer(_ key: YAMLNode.Key, _ node: YAMLNode) -> Template.Answers.Entry? {
        let rest = key.text.utf8.dropFirst()
        guard let first = key.text.utf8.first, Self.capitals.contains(first) || first == UInt8(ascii: "_"),
            rest.allSatisfy({ Self.capitals.contains($0) || $0 == UInt8(ascii: "_") || (48...57).contains($0) })
        else {
            reader.report(
                at: key.place, "'\(key.text)' cannot be the key of an answer",
                suggestion: "use capital letters, digits and underscores, such as KLDLOAD_HOSTNAME")
            return nil
        }
        if case .mapping = node.content {
            return secret(node, key: key.text).map {
                Template.Answers.Entry(key: key.text, value: .secret($0), place: node.place)
            }
        }
        guard let text = reader.string(node, named: key.text) else { return nil }
        check(text, of: key.text, at: node.place)
        return Template.Answers.Entry(key: key.text, value: .text(text), place: node.place)
    }

    /// `{ secret: generate }`, `{ secret: env:NAME }`, `{ secret: file:PATH }`
    private func secret(_ node: YAMLNode, key: String) -> Template.SecretSource? {
        reader.mapping(node, named: key) { keys -> Template.SecretSource? in
            guard let node = keys.required("secret", example: "generate"),
                let text = reader.string(node, named: "secret")
            else { return nil }
            if text == "generate" { return .generate }
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            if parts.count == 2, parts[0] == "env", !parts[1].contains(where: { $0.isWhitespace || $0 == "=" }) {
                return .environment(parts[1])
            }
            if parts.count == 2, parts[0] == "file" { return .file(path(parts[1])) }
            // The text is not repeated: somebody may have written the secret itself here.
            reader.report(
                at: node.place, "this does not say where the secret of \(key) comes from",
                suggestion: "write generate, env:NAME or file:PATH")
            return nil
        } ?? nil
    }

    /// What the installer's parser could not take, and what must not stand in a template.
    private func check(_ text: String, of key: String, at place: YAMLPlace) {
        if AnswerKeys.looksSecret(key), !text.isEmpty {
            reader.report(
                at: place, "the answer \(key) is a secret, and must not stand in a template",
                suggestion: "write '{ secret: env:\(key) }', or generate or file:PATH instead of env:")
            return
        }
        if text.contains(where: \.isNewline) {
            reader.report(
                at: place, "the answer \(key) has more than one line, which the installer cannot read",
                suggestion: "write it on one line; longer texts can be uploaded under 'provision:'")
        } else if text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            reader.report(at: place, "the answer \(key) has a control character in it")
        }
        if text.contains("\""), text.contains("'") {
            reader.report(
                at: place, "the answer \(key) has both kinds of quotes, which the installer cannot read",
                suggestion: "use only one kind")
        }
    }

    private static let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
}
