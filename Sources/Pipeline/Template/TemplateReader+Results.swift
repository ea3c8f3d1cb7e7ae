extension TemplateReader {
    /// `seal: { profile: standard, keep: [], add: [] }`
    func seal(_ keys: YAMLMapping) -> Template.Seal {
        let standard = Template.Seal(profile: Placed("standard", at: keys.place), keep: [], add: [])
        guard let node = keys.optional("seal") else { return standard }
        return reader.mapping(node, named: "seal") { keys in
            Template.Seal(
                profile: keys.placedString("profile") ?? standard.profile, keep: keys.strings("keep"),
                add: keys.strings("add"))
        } ?? standard
    }

    /// `tests: [{ name: …, run: …, expect: …, timeout: 1min }]`
    func tests(_ node: YAMLNode?) -> [Template.GuestTest] {
        guard let node else { return [] }
        var names: Set<String> = []
        return reader.list(node, named: "tests").compactMap { item in
            reader.mapping(item, named: "a test") { keys -> Template.GuestTest? in
                _ = keys.required("name", example: "no failed units")
                let name = line("name", in: keys)
                _ = keys.required("run", example: "systemctl --failed --quiet --no-legend")
                let run = keys.string("run")
                let expect = keys.string("expect")
                let timeout = keys.duration("timeout") ?? .seconds(60)
                guard let name, let run else { return nil }
                if !names.insert(name).inserted {
                    reader.report(
                        at: keys.place(of: "name"), "two tests are called '\(name)'",
                        suggestion: "give each a name of its own, by which its result is found")
                }
                return Template.GuestTest(name: name, run: run, expect: expect, timeout: timeout)
            } ?? nil
        }
    }

    /// `formats: [qcow2]` or `formats: { qcow2: { compression: zstd } }`
    func formats(_ node: YAMLNode?) -> [Template.Format] {
        let standard = Template.Format(name: "qcow2", compression: .zlib)
        guard let node else { return [standard] }
        if case .mapping = node.content {
            return reader.mapping(node, named: "formats") { keys in
                keys.acceptAllKeys()
                return keys.entries.compactMap { key, value in
                    guard checkFormat(key.text, at: key.place) else { return nil }
                    return format(value, name: key.text)
                }
            } ?? []
        }
        var names: Set<String> = []
        let items = reader.list(node, named: "formats")
        if case .list = node.content, items.isEmpty {
            reader.report(at: node.place, "there is no format to write", suggestion: "write 'formats: [qcow2]'")
        }
        return items.compactMap { item in
            guard let name = reader.string(item, named: "a format"), checkFormat(name, at: item.place) else {
                return nil
            }
            guard names.insert(name).inserted else {
                reader.report(at: item.place, "the format '\(name)' is there twice", suggestion: "leave one of them")
                return nil
            }
            return Template.Format(name: name, compression: standard.compression)
        }
    }

    private func format(_ node: YAMLNode, name: String) -> Template.Format? {
        var format = Template.Format(name: name, compression: .zlib)
        guard !node.isNull else { return format }
        return reader.mapping(node, named: name) { keys in
            keys.word("compression").map { format.compression = $0 }
            return format
        }
    }

    private func checkFormat(_ name: String, at place: YAMLPlace) -> Bool {
        guard name != "qcow2" else { return true }
        if ["vmdk", "vhd", "ova", "raw"].contains(name) {
            reader.report(
                at: place, "the format '\(name)' is not written by this version, which writes qcow2 only",
                suggestion: "remove it; 'qemu-img convert' makes it from the qcow2 file")
        } else {
            reader.report(
                at: place, "'\(name)' is not a format",
                suggestion: name.didYouMean(["qcow2"]) ?? "the format is qcow2")
        }
        return false
    }
}
