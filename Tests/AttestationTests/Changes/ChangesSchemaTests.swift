import Attestation
import Foundation
import HostSystem
import Testing

/// The schema is a promise to other programs, so it is held to what we really write.
struct ChangesSchemaTests {
    private static let script = """
        import json, sys
        from jsonschema import Draft202012Validator as Validator
        schema = json.loads(sys.argv[1])
        Validator.check_schema(schema)
        validator = Validator(schema)
        for index, document in enumerate(sys.stdin.buffer.read().decode().split("\\0")):
            if not validator.is_valid(json.loads(document)):
                print(index)
        """

    /// The numbers, from 0 on, of those documents that the schema does not allow; judged by a program that is not ours.
    private func refused(_ documents: [String]) async throws -> [Int] {
        let output = try await Program.run(
            "/usr/bin/python3", ["-c", Self.script, InventoryChanges.schema],
            input: Array(documents.joined(separator: "\0").utf8), deadline: .seconds(100))
        return output.text.split(separator: "\n").compactMap { Int($0) }
    }

    private func text(_ changes: InventoryChanges) throws -> String {
        String(decoding: try changes.json(), as: UTF8.self)
    }

    @Test func describesWhatIsWritten() async throws {
        let (before, next) = (InventoryChangesTests.before, InventoryChangesTests.next)
        let documents = try [
            InventoryChanges(from: before, to: next), InventoryChanges(from: next, to: before),
            InventoryChanges(from: .debian, to: .debian), InventoryChanges(from: .debian, to: next.inventory),
        ].map(text)
        #expect(try await refused(documents) == [])
    }

    /// The example with a field too many, or with one too few, at every place.
    @Test func refusesAnythingElse() async throws {
        let whole = try JSONSerialization.jsonObject(with: Data(InventoryChangesTests.changes.json()))
        let optional = [
            "template", "version", "system", "ports", "commandLine", "package", "program", "codename", "versionID",
            "kind",
            "content", "mode", "owner", "target",
        ]
        var wrong: [Any] = []
        for path in objects(in: whole) {
            wrong.append(edited(whole, at: path) { $0.merging(["surprise": 1]) { $1 } })
            for key in keys(of: whole, at: path) where !optional.contains(key) {
                wrong.append(edited(whole, at: path) { $0.filter { $0.key != key } })
            }
        }
        #expect(wrong.count > 150)
        let texts = try wrong.map {
            String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
        }
        #expect(try await refused(texts) == Array(texts.indices))
    }

    @Test(arguments: [
        ("\"schema\" : 1", "\"schema\" : 2"), ("\"0600\"", "\"rw-------\""), ("\"masked\"", "\"off\""),
        ("\"protocol\" : \"udp\"", "\"protocol\" : \"sctp\""), ("\"port\" : 323", "\"port\" : 0"),
        ("\"format\" : \"qcow2\"", "\"format\" : \"vdi\""), ("\"kind\" : \"deb\"", "\"kind\" : \"apk\""),
    ])
    func refusesAWrongValue(right: String, wrong: String) async throws {
        let document = try text(InventoryChangesTests.changes)
        try #require(document.contains(right))
        #expect(try await refused([document.replacing(right, with: wrong)]) == [0])
    }

    private enum Step {
        case key(String)
        case index(Int)
    }

    /// The ways to all objects in a value.
    private func objects(in value: Any) -> [[Step]] {
        if let object = value as? [String: Any] {
            return [[]] + object.flatMap { key, value in objects(in: value).map { [.key(key)] + $0 } }
        }
        let list = value as? [Any] ?? []
        return list.enumerated().flatMap { index, value in objects(in: value).map { [.index(index)] + $0 } }
    }

    private func keys(of value: Any, at path: [Step]) -> [String] {
        guard let step = path.first else { return (value as? [String: Any]).map { Array($0.keys) } ?? [] }
        switch step {
        case .key(let key):
            return (value as? [String: Any])?[key].map { keys(of: $0, at: Array(path.dropFirst())) } ?? []
        case .index(let index): return (value as? [Any]).map { keys(of: $0[index], at: Array(path.dropFirst())) } ?? []
        }
    }

    private func edited(_ value: Any, at path: [Step], _ edit: ([String: Any]) -> [String: Any]) -> Any {
        guard let step = path.first else { return edit(value as? [String: Any] ?? [:]) }
        let rest = Array(path.dropFirst())
        switch step {
        case .key(let key):
            var object = value as? [String: Any] ?? [:]
            object[key] = object[key].map { edited($0, at: rest, edit) }
            return object
        case .index(let index):
            var list = value as? [Any] ?? []
            list[index] = edited(list[index], at: rest, edit)
            return list
        }
    }
}
