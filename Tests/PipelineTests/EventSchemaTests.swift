import Foundation
import HostSystem
import PipelineTestSupport
import SystemPackage
import Testing

@testable import Pipeline

/// The schema is a promise to other programs, so it is held to what we really write.
struct EventSchemaTests {
    @Test func describesEveryEvent() async throws {
        let schema = try #require(try object(RunEvent.schema))
        let alternatives = try #require(schema["oneOf"] as? [[String: String]]).compactMap { $0["$ref"] }
        #expect(alternatives == RunEvent.Name.allCases.map { "#/$defs/\($0.rawValue)" })
        let names = try RunEvent.examples.map { try #require(try object($0.line)?["event"] as? String) }
        #expect(Set(names) == Set(RunEvent.Name.allCases.map(\.rawValue)))
        #expect(try await EventSchema.refused(RunEvent.examples.map(\.line)) == [])
    }

    @Test func holdsForWholeRuns() async throws {
        let folder = try TestFolder()
        let workshop = Workshop()
        workshop.onRun(of: "convert") { $0.report("half way, \"quoted\"\n") }
        workshop.fail("publish", with: TestDiagnosis())
        _ = try? await folder.build(workshop)
        workshop.fail("publish", with: nil)
        workshop.onRun(of: "publish") { _ in
            withUnsafeCurrentTask { $0?.cancel() }
            throw TestError()
        }
        _ = try? await Task { try await folder.build(workshop) }.value
        workshop.onRun(of: "publish", nil)
        try await folder.build(workshop)
        let lines = try folder.state.runs.folderEntries.flatMap { run in
            try folder.state.runs.appending(run).appending("events.jsonl").readText().split(separator: "\n")
        }
        let outcomes = try lines.compactMap { try object(String($0))?["outcome"] as? String }
        #expect(Set(outcomes) == ["failed", "interrupted", "done"])
        #expect(try await EventSchema.refused(lines.map(String.init)) == [])
    }

    /// Every example with a field too many, with one too few, or with one of another kind.
    @Test func refusesAnythingElse() async throws {
        let definitions = try #require(try object(RunEvent.schema)?["$defs"] as? [String: [String: Any]])
        var wrong = [#"{}"#, #"[]"#, #"{"event":"run-paused","time":"T","run":"r","template":"t"}"#]
        for example in RunEvent.examples {
            let event = try #require(try object(example.line))
            let name = try #require(event["event"] as? String)
            let required = try #require(definitions[name]?["required"] as? [String])
            wrong.append(try line(event.merging(["surprise": 1]) { $1 }))
            for field in event.keys {
                if required.contains(field) { wrong.append(try line(event.filter { $0.key != field })) }
                wrong.append(try line(event.merging([field: [[:]]]) { $1 }))
            }
        }
        #expect(wrong.count > 100)
        #expect(try await EventSchema.refused(wrong) == Array(wrong.indices))
    }

    @Test(arguments: [
        ("\"seconds\":12.345", "\"seconds\":-1"), ("\"seconds\":12.345", "\"seconds\":\"12\""),
        ("2026-11-23T04:45:12.345Z", "2026-11-23 04:45:12"), ("20261123T044512Z-a1b2c3", "a1b2c3"),
        ("\"outcome\":\"done\"", "\"outcome\":\"abandoned\""), ("\"key\":\"", "\"key\":\"x"),
        ("\"cause\":\"no-seed\"", "\"cause\":\"No seed!\""), ("\"advice\":\"correct it\",", ""),
        ("\"action\":\"run\"", "\"action\":\"later\""), ("\"cores\":2", "\"cores\":0"),
        ("\"release\":\"/output/web/v1.0.0\",", ""), ("\"disk.qcow2\":\"", "\"disk.qcow2\":\"sha256:"),
    ])
    func refusesAWrongValue(right: String, wrong: String) async throws {
        let lines = RunEvent.examples.map(\.line).filter { $0.contains(right) }.map { $0.replacing(right, with: wrong) }
        #expect(!lines.isEmpty)
        #expect(try await EventSchema.refused(lines) == Array(lines.indices))
    }

    private func object(_ text: String) throws -> [String: Any]? {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }

    private func line(_ object: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }
}

extension RunEvent {
    /// Events of every kind, with all their fields and with only those that they must have.
    static let examples: [RunEvent] = {
        let key = StageKey(Digest.of("x"))
        let made = ["disk.qcow2": Digest.of("y")]
        let kinds: [Kind] = [
            .runStarted(
                stages: ["fetch-iso", "seal"],
                origin: RunOrigin(
                    version: "0.1.0", process: 4711, folder: "/state/runs/r",
                    host: RunHost(name: "build1", kernel: "6.1.0-18-amd64", cores: 2, memory: 8 << 30))),
            .runPlanned([
                PlannedStage(stage: "fetch-iso", action: .run, estimate: 12.5),
                PlannedStage(stage: "install-system", action: .run), PlannedStage(stage: "seal", action: .cached),
                PlannedStage(stage: "prove-seal", action: .notNeeded),
            ]),
            .stageStarted(stage: "seal", key: key), .stageStarted(stage: "seal", key: nil),
            .stageCached(stage: "seal", key: key, made: made), .stageCached(stage: "seal", key: key, made: [:]),
            .stageSkipped(stage: "seal", key: key), .stageSkipped(stage: "seal", key: nil),
            .stageProgress(stage: "seal", message: "a \"b\"\n\u{1B}[2J/\u{2028}c"),
            .stageFinished(stage: "seal", key: key, seconds: 12.345, made: made, accelerator: "tcg"),
            .stageFinished(stage: "seal", key: nil, seconds: 0, made: [:], accelerator: nil),
            .stageFailed(
                stage: "seal", seconds: 1,
                failure: StageFailure(message: "m", cause: "no-seed", evidence: ["a", "b"], advice: "correct it")),
            .stageFailed(stage: "seal", seconds: 1, failure: StageFailure(message: "m")),
            .runFinished(
                outcome: .done, seconds: 2,
                release: PublishedRelease(path: "/output/web/v1.0.0", digest: Digest.of("z"))),
            .runFinished(outcome: .failed, seconds: 2, release: nil),
            .runFinished(outcome: .interrupted, seconds: 2, release: nil),
        ]
        return kinds.map {
            RunEvent(time: "2026-11-23T04:45:12.345Z", run: "20261123T044512Z-a1b2c3", template: "web", kind: $0)
        }
    }()
}
