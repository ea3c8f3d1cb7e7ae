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
}
