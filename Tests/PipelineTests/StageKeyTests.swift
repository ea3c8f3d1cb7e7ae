import HostSystem
import Pipeline
import Testing

struct StageKeyTests {
    private struct Options: Encodable {
        var size = 3
        var path = "/etc/motd"
        var name = "b"
    }

    private func key(
        previous: StageKey? = nil, name: String = "seal", revision: Int = 1, options: Options = Options(),
        inputs: [String: Digest] = ["a": .of("1"), "b": .of("2")], tools: [String: String] = ["x": "1.0", "y": "2.0"]
    ) throws -> StageKey {
        try StageKey(
            previous: previous, name: name, revision: revision,
            ingredients: Ingredients(options: options, inputs: inputs, tools: tools))
    }

    @Test func neverChangesForTheSameWork() throws {
        // Another value here means that every stored result of every user is made again.
        #expect(try Ingredients(options: Options()).options == #"{"name":"b","path":"/etc/motd","size":3}"#)
        #expect(try key().hex == "1b9135ae6e6575e82b0b54db5fb3afec1d8365663f9e59466a0864b73989bba4")
        #expect(try key(previous: key()).hex == "9bae6da767a534ab552869fae3c02204b0f421b8d392e49d28f0c8a36040ea4d")
        #expect(
            try key().renewed(by: "again").hex == "18352c482afe7d5d783f3fc8a0979b8ad4edeb57b1aa6f9c0fe5c7f7c767afdf")
    }

    @Test func dependsOnEverythingThatShapesTheResult() throws {
        let base = try key()
        let others = [
            try key(previous: base), try key(name: "clean"), try key(revision: 2),
            try key(options: Options(size: 4)), try key(inputs: ["a": .of("1"), "b": .of("3")]),
            try key(inputs: ["a": .of("1"), "c": .of("2")]), try key(inputs: ["a": .of("1")]),
            try key(tools: ["x": "1.1", "y": "2.0"]), try key(tools: [:]), base.renewed(by: "a"), base.renewed(by: "b"),
        ]
        #expect(Set(others + [base]).count == others.count + 1)
    }

    @Test func dependsOnNoOrder() throws {
        for _ in 0..<20 {
            let inputs = Dictionary(uniqueKeysWithValues: ["a", "b", "c", "d"].shuffled().map { ($0, Digest.of($0)) })
            #expect(
                try key(inputs: inputs) == key(inputs: ["d": .of("d"), "c": .of("c"), "b": .of("b"), "a": .of("a")]))
        }
    }
}
