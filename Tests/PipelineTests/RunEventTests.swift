import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Pipeline

struct RunEventTests {
    private static let key = StageKey(Digest.of("x"))
    private static let hex = Digest.of("x").hex

    /// Every kind of event as other programs see it; changing a line here breaks them.
    @Test(
        arguments: [
            (
                .runStarted(template: "web", stages: ["seal"]),
                #"{"event":"run-started","run":"r","stages":["seal"],"template":"web","time":"T"}"#
            ),
            (
                .stageStarted(stage: "seal", key: key),
                #"{"event":"stage-started","key":"\#(hex)","run":"r","stage":"seal","time":"T"}"#
            ),
            (.stageStarted(stage: "seal", key: nil), #"{"event":"stage-started","run":"r","stage":"seal","time":"T"}"#),
            (
                .stageCached(stage: "seal", key: key),
                #"{"event":"stage-cached","key":"\#(hex)","run":"r","stage":"seal","time":"T"}"#
            ),
            (
                .stageSkipped(stage: "seal", key: key),
                #"{"event":"stage-skipped","key":"\#(hex)","run":"r","stage":"seal","time":"T"}"#
            ),
            (
                .stageProgress(stage: "seal", message: "a \"b\"\n/c"),
                #"{"event":"stage-progress","message":"a \"b\"\n/c","run":"r","stage":"seal","time":"T"}"#
            ),
            (
                .stageFinished(stage: "seal", key: nil, seconds: 12.345),
                #"{"event":"stage-finished","run":"r","seconds":12.345,"stage":"seal","time":"T"}"#
            ),
            (
                .stageFailed(stage: "seal", seconds: 1, message: "m", cause: "c", advice: "a"),
                #"{"advice":"a","cause":"c","event":"stage-failed","message":"m","run":"r","seconds":1,"stage":"seal","time":"T"}"#
            ),
            (
                .stageFailed(stage: "seal", seconds: 1, message: "m", cause: nil, advice: nil),
                #"{"event":"stage-failed","message":"m","run":"r","seconds":1,"stage":"seal","time":"T"}"#
            ),
            (
                .runFinished(outcome: .done, seconds: 2, release: "/o/web/v1"),
                #"{"event":"run-finished","outcome":"done","release":"/o/web/v1","run":"r","seconds":2,"time":"T"}"#
            ),
            (
                .runFinished(outcome: .interrupted, seconds: 2, release: nil),
                #"{"event":"run-finished","outcome":"interrupted","run":"r","seconds":2,"time":"T"}"#
            ),
        ] as [(RunEvent.Kind, String)])
    func isOneLineOfStableJSON(kind: RunEvent.Kind, line: String) throws {
        let event = RunEvent(time: "T", run: "r", kind: kind)
        #expect(event.line == line)
        #expect(try JSONDecoder().decode(RunEvent.self, from: Data(line.utf8)) == event)
    }

    @Test func tellsTheWholeStoryInOrder() async throws {
        let folder = try TestFolder()
        let workshop = Workshop()
        let recorder = EventRecorder()
        workshop.onRun(of: "convert") { $0.report("half way") }
        let result = try await folder.build(workshop, events: recorder)
        let names = try recorder.names
        // Reports are made beside the stages that follow.
        let reports = [
            "stage-started prove", "stage-finished prove", "stage-started compare", "stage-finished compare",
        ]
        #expect(
            names.filter { !reports.contains($0) } == [
                "run-started", "stage-started fetch", "stage-finished fetch", "stage-started install",
                "stage-finished install", "stage-started configure", "stage-finished configure", "stage-started clean",
                "stage-finished clean", "stage-started convert", "stage-progress convert", "stage-finished convert",
                "stage-started publish", "stage-finished publish", "run-finished",
            ])
        for report in ["prove", "compare"] {
            let story = names.filter { $0.hasSuffix(" \(report)") || $0 == "stage-started publish" }
            #expect(story == ["stage-started \(report)", "stage-finished \(report)", "stage-started publish"])
        }
        let journal = folder.state.runs.appending(result.run).appending("events.jsonl")
        let lines = try journal.readText().split(separator: "\n")
        let events = try lines.map { try JSONDecoder().decode(RunEvent.self, from: Data($0.utf8)) }
        #expect(events.map(\.kind) == recorder.kinds)
        #expect(events.map(\.time) == events.map(\.time).sorted())
    }

    @Test func saysWhatWasCachedAndSkipped() async throws {
        let folder = try TestFolder()
        let workshop = Workshop()
        let first = try await folder.build(workshop)
        let recorder = EventRecorder()
        try await folder.build(workshop, events: recorder)
        #expect(try recorder.names[3...5] == ["stage-cached install", "stage-cached configure", "stage-cached clean"])
        try first.disk?.removingLastComponent().remove()
        let second = EventRecorder()
        try await folder.build(workshop, events: second)
        #expect(try second.names[3...5] == ["stage-cached install", "stage-skipped configure", "stage-skipped clean"])
    }

    @Test func writesTimesInUTC() {
        let date = Date(timeIntervalSince1970: 1_795_409_112.345)
        #expect(UTCStamp.compact(date) == "20261123T044512Z")
        #expect(UTCStamp.full(date) == "2026-11-23T04:45:12.345Z" || UTCStamp.full(date) == "2026-11-23T04:45:12.344Z")
    }
}
