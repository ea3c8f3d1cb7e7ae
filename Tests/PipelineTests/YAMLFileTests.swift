import HostSystem
import Pipeline
import SystemPackage
import Testing

struct YAMLFileTests {
    /// The problems of reading `text` with `body`, as text.
    private func problems(_ text: String, _ body: (YAMLMapping) -> Void = { $0.acceptAllKeys() }) -> [String] {
        do throws(YAMLError) {
            let node = try YAMLFile.parse(text, named: "t.yaml")
            let reader = YAMLReader()
            reader.mapping(node, named: "the test", body)
            try reader.finish()
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func readsEveryKindOfValue() throws {
        let text = """
            word: hello
            number: 7
            flag: true
            size: 40GiB
            time: 10min
            list: [a, "b"]
            """
        let reader = YAMLReader()
        let node = try YAMLFile.parse(text, named: "t.yaml")
        reader.mapping(node, named: "the test") { keys in
            #expect(keys.string("word") == "hello")
            #expect(keys.integer("number", in: 1...10) == 7)
            #expect(keys.boolean("flag") == true)
            #expect(keys.byteCount("size") == .gibibytes(40))
            #expect(keys.duration("time") == .seconds(600))
            let list = keys.strings("list")
            #expect(list.map(\.value) == ["a", "b"])
            #expect(list.map(\.place.description) == ["t.yaml:6:8", "t.yaml:6:11"])
        }
        #expect(reader.problems.isEmpty)
    }

    @Test func reportsAllProblemsInTheirOrder() {
        let found = problems("flag: yes\nnumbr: 3\nsize: big\ntime: soon\n") { keys in
            _ = keys.duration("time")
            _ = keys.byteCount("size")
            _ = keys.integer("number", in: 1...10)
            _ = keys.boolean("flag")
        }
        #expect(
            found == [
                "t.yaml:1:7: 'flag' is 'yes', but must be true or false",
                "t.yaml:2:1: 'numbr' is not a key of the test; did you mean 'number'?",
                "t.yaml:3:7: 'size' is 'big', but must be a size, such as 40GiB or 512MiB",
                "t.yaml:4:7: 'time' is 'soon', but must be a time, such as 90s, 10min or 1h",
            ])
    }

    @Test func listsTheKeysWhenNoneIsNear() {
        let found = problems("colour: red\n") { _ = $0.string("b") ?? $0.string("a") }
        #expect(found == ["t.yaml:1:1: 'colour' is not a key of the test; the keys are a, b"])
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", "t.yaml:1:1: the key 'a' is there twice; leave one of them"),
        ("", "t.yaml:1:1: the file is empty"),
        ("a: [1\nb: 2\n", "t.yaml:2:2: this is not YAML: "),
        ("a:\n\tb: 1\n", "t.yaml:2:1: this is not YAML: found character that cannot start any token"),
        ("a: 1\n---\nb: 2\n", "t.yaml:2:1: this is not YAML: but found another document"),
        ("[a]: 1\n", "t.yaml:1:1: a key must be a word, not a list or mapping"),
    ])
    func refusesBrokenYAML(text: String, expected: String) {
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test func suggestsSpacesForTabs() {
        #expect(problems("a:\n\tb: 1\n").first?.hasSuffix("; indent with spaces, not tabs") == true)
    }

    @Test func refusesABombOfAliasesAtOnce() {
        // As a key it would keep the parser busy for longer than a life: it hashes every copy.
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        text += "? *a30\n: x\n"
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(problems(text).first?.hasPrefix("t.yaml:2:1: anchors and aliases") == true)
        }
        #expect(time < .seconds(9))
    }

    /// All that libyaml takes for the end of a line, and what it accepts close before an anchor otherwise.
    @Test(arguments: [
        "b:\u{85}&x [1]\nc: *x\n", "b:\u{2028}&x [1]\nc: *x\n", "b:\u{2029}&x [1]\nc: *x\n", "b:\r&x [1]\rc: *x\r",
        "\u{FEFF}&x b: *x\n", "b: {?&x c: 1}\nd: *x\n", "b: [&x? c: 1]\nd: *x\n", "b: {\"c\":&x 1, \"d\":*x}\n",
    ])
    func findsAnAliasBehindAnything(text: String) {
        #expect(problems(text).first?.contains(": anchors and aliases") == true, "\(problems(text))")
    }

    @Test func countsLinesAsTheParserDoes() {
        let text = "a: 1\r\nb: 2\u{85}c: &x 3\u{2028}d: *x\u{2029}e: [\n"
        #expect(problems(text).first?.hasPrefix("t.yaml:4:1: anchors and aliases") == true, "\(problems(text))")
    }

    @Test func takesAmpersandsAndStarsInTextsForText() throws {
        let text = "a: |\n  make &\n  ls *.txt && echo &done\n  kill *done2\nb: \"x &y\"\n"
        #expect(problems(text).isEmpty)
    }

    @Test(arguments: [100, 990, 2000, 200_000])
    func refusesDeepNesting(depth: Int) {
        let text = "a: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("t.yaml:1:") == true, "\(found)")
    }

    @Test func refusesTooManyNodes() {
        let text = "a: [" + String(repeating: "x,", count: 30_000) + "]"
        #expect(problems(text).first?.hasSuffix("the file has too many parts to be one of ours") == true)
    }

    @Test func refusesALargeFile() throws {
        let folder = try TestFolder()
        let path = try folder.write("a: " + String(repeating: "x", count: 1 << 20), to: "large.yaml")
        let error = #expect(throws: YAMLError.self) { try YAMLFile.read(path, named: "large.yaml") }
        #expect(error?.description.contains("larger than 1 MiB") == true)
    }

    @Test func refusesWhatIsNotText() throws {
        let folder = try TestFolder()
        let path = folder.path.appending("t.yaml")
        try path.write([0x61, 0x3a, 0x20, 0xff, 0xfe])
        let error = #expect(throws: YAMLError.self) { try YAMLFile.read(path, named: "t.yaml") }
        #expect(error?.description == "t.yaml:1:1: this is not UTF-8 text")
    }

    @Test func mergesMappingsAndKeepsPlaces() throws {
        let base = try YAMLFile.parse("m: { a: 1, b: [x, y] }\nn: 1\n", named: "base.yaml")
        let upper = try YAMLFile.parse("m: { b: [z] }\n", named: "upper.yaml")
        let reader = YAMLReader()
        reader.mapping(upper.merged(over: base), named: "the test") { keys in
            _ = keys.string("n")
            _ = keys.optional("m").map { node in
                reader.mapping(node, named: "m") { keys in
                    #expect(keys.string("a") == "1")
                    #expect(keys.place(of: "a").description == "base.yaml:1:9")
                    #expect(keys.strings("b").map(\.value) == ["z"])
                    #expect(keys.place(of: "b").description == "upper.yaml:1:9")
                }
            }
        }
        #expect(reader.problems.isEmpty)
    }

    @Test(arguments: [
        ("1s", 1), ("90s", 90), ("10min", 600), ("1h", 3600), ("2d", 172_800), ("365d", 31_536_000),
    ])
    func readsDurations(text: String, seconds: Int) {
        #expect(Duration(parsing: text) == .seconds(seconds))
    }

    @Test(arguments: ["", "0s", "10", "10 min", "-1s", "1.5h", "1m", "366d", "99999999999999999999s", "９s"])
    func refusesOtherDurations(text: String) {
        #expect(Duration(parsing: text) == nil)
    }

    @Test(arguments: [("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("kitten", "sitting", 3)])
    func countsEdits(left: String, right: String, distance: Int) {
        #expect(left.editDistance(to: right) == distance)
        #expect(right.editDistance(to: left) == distance)
    }
}
