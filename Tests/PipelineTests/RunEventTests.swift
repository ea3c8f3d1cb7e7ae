import Foundation
import HostSystem
import Synchronization
import SystemPackage
import Testing

@testable import Pipeline

struct RunEventTests {
    private static let key = StageKey(Digest.of("x"))
    private static let hex = Digest.of("x").hex

    private static let head = #""run":"r""#
    private static let tail = #""template":"web","time":"T"}"#

    /// Every kind of event as other programs see it; changing a line here breaks them.
    @Test(
        arguments: [
            (
                .runStarted(
                    stages: ["seal"],
                    origin: RunOrigin(
                        version: "1.0", process: 7, folder: "/f",
                        host: RunHost(name: "h", kernel: "6.1", cores: 2, memory: 1024))),
                #"{"event":"run-started","folder":"/f","host":{"cores":2,"kernel":"6.1","memory":1024,"name":"h"},"pid":7,\#(head),"stages":["seal"],"template":"web","time":"T","version":"1.0"}"#
            ),
            (
                .runPlanned([
                    PlannedStage(stage: "seal", action: .run, estimate: 1.5),
                    PlannedStage(stage: "prove", action: .notNeeded, estimate: 1.5),
                ]),
                #"{"event":"run-planned","plan":[{"action":"run","estimate":1.5,"stage":"seal"},{"action":"not-needed","stage":"prove"}],\#(head),\#(tail)"#
            ),
            (
                .stageStarted(stage: "seal", key: key),
                #"{"event":"stage-started","key":"\#(hex)",\#(head),"stage":"seal",\#(tail)"#
            ),
            (.stageStarted(stage: "seal", key: nil), #"{"event":"stage-started",\#(head),"stage":"seal",\#(tail)"#),
            (
                .stageCached(stage: "seal", key: key, made: ["a": Digest.of("x")]),
                #"{"event":"stage-cached","key":"\#(hex)","made":{"a":"\#(hex)"},\#(head),"stage":"seal",\#(tail)"#
            ),
            (
                .stageSkipped(stage: "seal", key: key),
                #"{"event":"stage-skipped","key":"\#(hex)",\#(head),"stage":"seal",\#(tail)"#
            ),
            (
                .stageProgress(stage: "seal", message: "a \"b\"\n/c"),
                #"{"event":"stage-progress","message":"a \"b\"\n/c",\#(head),"stage":"seal",\#(tail)"#
            ),
            (
                .stageFinished(stage: "seal", key: nil, seconds: 12.345, made: [:], accelerator: "kvm"),
                #"{"accelerator":"kvm","event":"stage-finished",\#(head),"seconds":12.345,"stage":"seal",\#(tail)"#
            ),
            (
                .stageFailed(
                    stage: "seal", seconds: 1,
                    failure: StageFailure(message: "m", cause: "c", evidence: ["e"], advice: "a")),
                #"{"advice":"a","cause":"c","event":"stage-failed","evidence":["e"],"message":"m",\#(head),"seconds":1,"stage":"seal",\#(tail)"#
            ),
            (
                .stageFailed(stage: "seal", seconds: 1, failure: StageFailure(message: "m")),
                #"{"event":"stage-failed","evidence":[],"message":"m",\#(head),"seconds":1,"stage":"seal",\#(tail)"#
            ),
            (
                .runFinished(
                    outcome: .done, seconds: 2, release: PublishedRelease(path: "/o/web/v1", digest: Digest.of("x"))),
                #"{"digest":"\#(hex)","event":"run-finished","outcome":"done","release":"/o/web/v1",\#(head),"seconds":2,\#(tail)"#
            ),
            (
                .runFinished(outcome: .interrupted, seconds: 2, release: nil),
                #"{"event":"run-finished","outcome":"interrupted",\#(head),"seconds":2,\#(tail)"#
            ),
        ] as [(RunEvent.Kind, String)])
    func isOneLineOfStableJSON(kind: RunEvent.Kind, line: String) throws {
        let event = RunEvent(time: "T", run: "r", template: "web", kind: kind)
        #expect(event.line == line)
        #expect(try JSONDecoder().decode(RunEvent.self, from: Data(line.utf8)) == event)
    }

    @Test func isReadBackWhateverItHolds() throws {
        for event in RunEvent.examples {
            #expect(try JSONDecoder().decode(RunEvent.self, from: Data(event.line.utf8)) == event)
        }
    }

    @Test func lacksNoFieldThatItMustHave() {
        let line =
            #"{"event":"stage-failed","evidence":[],"run":"r","seconds":1,"stage":"s","template":"t","time":"T"}"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(RunEvent.self, from: Data(line.utf8)) }
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
                "run-started", "stage-started fetch", "stage-finished fetch", "run-planned", "stage-started install",
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
        #expect(try recorder.names[4...6] == ["stage-cached install", "stage-cached configure", "stage-cached clean"])
        try first.disk?.removingLastComponent().remove()
        let second = EventRecorder()
        try await folder.build(workshop, events: second)
        #expect(try second.names[4...6] == ["stage-cached install", "stage-skipped configure", "stage-skipped clean"])
    }

    @Test func tellsThePlanWithWhatStagesTakeAsARule() async throws {
        let folder = try TestFolder()
        let workshop = Workshop()
        workshop.isFetched = false
        let recorder = EventRecorder()
        let run = try RunFolder.begin(template: "t", version: "0", in: folder.state)
        _ = try await folder.runner(workshop).run(in: run, events: recorder, estimates: ["install": 60, "fetch": 1])
        let plans = recorder.kinds.compactMap { kind -> [PlannedStage]? in
            guard case .runPlanned(let plan) = kind else { return nil }
            return plan
        }
        #expect(plans.count == 1)
        #expect(plans.first?.map(\.stage).prefix(3) == ["fetch", "install", "configure"])
        #expect(plans.first?.map(\.estimate) == [1, 60, nil, nil, nil, nil, nil, nil])
        let again = EventRecorder()
        try await folder.build(workshop, events: again)
        guard case .runPlanned(let plan) = again.kinds[3] else { return #expect(Bool(false), "\(again.kinds)") }
        #expect(plan.map(\.action) == [.run, .cached, .cached, .cached, .cached, .cached, .cached, .run])
    }

    @Test func tellsWhatExecutesTheGuestsOnceItIsChosen() async throws {
        let folder = try TestFolder()
        let workshop = Workshop()
        let chosen = Mutex<String?>(nil)
        workshop.onRun(of: "install") { _ in chosen.withLock { $0 = "tcg" } }
        let recorder = EventRecorder()
        let run = try RunFolder.begin(template: "t", version: "0", in: folder.state)
        _ = try await folder.runner(workshop).run(
            in: run, events: recorder, accelerator: { chosen.withLock(\.self) })
        let told = recorder.kinds.compactMap { kind -> String?? in
            guard case .stageFinished(_, _, _, _, let accelerator) = kind else { return nil }
            return .some(accelerator)
        }
        #expect(told == [nil] + Array(repeating: "tcg", count: 7))
    }

    @Test func writesTimesInUTC() {
        let date = Date(timeIntervalSince1970: 1_795_409_112.345)
        #expect(UTCStamp.compact(date) == "20261123T044512Z")
        #expect(UTCStamp.full(date) == "2026-11-23T04:45:12.345Z" || UTCStamp.full(date) == "2026-11-23T04:45:12.344Z")
    }
}
