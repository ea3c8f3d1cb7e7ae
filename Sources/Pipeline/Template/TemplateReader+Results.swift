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

    /// `audit: { allow: [{ path: …, kind: …, reason: … }] }`
    func allowances(_ node: YAMLNode?) -> [Template.Allowance] {
        guard let node else { return [] }
        let items = reader.mapping(node, named: "audit") { keys in
            keys.read("allow") { $0.list($1, named: $2) } ?? []
        }
        return (items ?? []).compactMap { item in
            reader.mapping(item, named: "an allowance") { allowance($0) } ?? nil
        }
    }

    private func allowance(_ keys: YAMLMapping) -> Template.Allowance? {
        for (key, example) in [
            ("path", "/etc/app/test.key"), ("kind", "private-key"), ("reason", "a key for tests that opens nothing"),
        ] {
            _ = keys.required(key, example: example)
        }
        guard let path = keys.placedString("path"), let kind = keys.placedString("kind"),
            let reason = line("reason", in: keys)
        else { return nil }
        let parts = ["partition ", "logical volume ", "whole disk"]
        if !path.value.hasPrefix("/"), !parts.contains(where: path.value.hasPrefix) {
            reader.report(
                at: path.place, "'\(path.value)' is no path in the image",
                suggestion:
                    "write it from the root, such as /etc/app/test.key; or the part of the disk, such as 'partition 2'")
        }
        if reason.allSatisfy(\.isWhitespace) {
            reader.report(
                at: keys.place(of: "reason"), "an allowance needs a reason",
                suggestion: "say why it may be in the image: whoever reads the report will ask")
        }
        return Template.Allowance(path: path.value, kind: kind, reason: reason)
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
}
