import HostSystem
import Pipeline
import Testing

@testable import imagefactory

struct StageListTests {
    private let start = ContinuousClock.now
    private let key = StageKey(Digest.of("x"))

    private func list(_ events: RunEvent.Kind...) -> StageList {
        var list = StageList(at: start)
        list.apply(.started(["fetch-iso", "seal", "publish"]), at: start)
        for event in events { list.apply(event, at: start) }
        return list
    }

    @Test func showsEveryStateWithItsTime() {
        let list = list(
            .stageCached(stage: "fetch-iso", key: key, made: [:]), .stageStarted(stage: "seal", key: nil),
            .stageProgress(stage: "seal", message: "trim"))
        #expect(
            list.lines(width: 80, height: 24, at: start + .seconds(65)) == [
                "✔ fetch-iso   stored  \(key.short)",
                "▶ seal         1m05s  trim",
                "· publish             ",
            ])
    }

    @Test func showsAFailureAndAStop() {
        let failed = list(
            .stageStarted(stage: "fetch-iso", key: nil),
            .stageFailed(
                stage: "fetch-iso", seconds: 3, failure: StageFailure(message: "no such file\nsecond line")),
            .runFinished(outcome: .failed, seconds: 3, release: nil))
        #expect(failed.isFinished)
        #expect(failed.lines(width: 80, height: 24, at: start)[0] == "✘ fetch-iso       3s  no such file")
        let stopped = list(
            .stageStarted(stage: "seal", key: nil), .runFinished(outcome: .interrupted, seconds: 3, release: nil))
        #expect(stopped.lines(width: 80, height: 24, at: start)[1] == "✘ seal       stopped  ")
    }

    private let plan = RunEvent.Kind.runPlanned([
        PlannedStage(stage: "fetch-iso", action: .cached, estimate: 900),
        PlannedStage(stage: "seal", action: .run, estimate: 100),
        PlannedStage(stage: "publish", action: .run, estimate: 20),
    ])

    @Test func showsWhatStagesTakeAsARuleAndWhatIsLeft() {
        let list = list(plan, .stageStarted(stage: "seal", key: nil), .stageProgress(stage: "seal", message: "trim"))
        #expect(
            list.lines(width: 80, height: 24, at: start + .seconds(65)) == [
                "· fetch-iso                  ", "▶ seal         1m05s ~1m40s  trim", "· publish            ~20s    ",
                "  about 55s left",
            ])
        // A stage that takes longer than it ever did adds nothing to what is left.
        #expect(list.lines(width: 80, height: 24, at: start + .seconds(500)).last == "  about 20s left")
    }

    @Test func saysNothingOfTheTimeThatIsLeftWhereNobodyKnows() {
        let partly = list(
            .runPlanned([
                PlannedStage(stage: "seal", action: .run, estimate: 100), PlannedStage(stage: "publish", action: .run),
            ]))
        #expect(partly.lines(width: 80, height: 24, at: start).last == "  more than 1m40s left")
        let never = list(.runPlanned([PlannedStage(stage: "seal", action: .run)]))
        #expect(never.lines(width: 80, height: 24, at: start).count == 3)
        let over = list(plan, .runFinished(outcome: .done, seconds: 3, release: nil))
        #expect(over.lines(width: 80, height: 24, at: start).count == 3)
    }

    @Test(arguments: 1...40)
    func fitsAnyTerminal(size: Int) {
        let list = list(
            plan, .stageStarted(stage: "seal", key: nil),
            .stageProgress(stage: "seal", message: "漢字 and 🙂 and more text"))
        let lines = list.lines(width: size, height: size, at: start)
        #expect(lines.allSatisfy { TerminalText.width(of: $0) <= size })
        #expect(lines.count == min(4, size))
        #expect(lines.contains { $0.hasPrefix("▶") })
    }

    @Test func letsNoGuestWriteToTheTerminal() {
        let list = list(
            .stageStarted(stage: "seal", key: nil),
            .stageProgress(stage: "seal", message: "a\u{1B}[2J\u{7}\tb\u{9B}31m\u{202E}c"))
        let line = list.lines(width: 80, height: 24, at: start)[1]
        #expect(line.hasSuffix("a [2J  b 31mc"))
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 32 && !(0x7F...0x9F).contains($0.value) })
    }

    @Test func redrawsInPlace() {
        var screen = LiveScreen()
        #expect(screen.frame(["ab", "cd"], width: 80) == "\r\u{1B}[J\u{1B}[?7lab\r\ncd\r\n\u{1B}[?7h")
        #expect(screen.frame(["ef"], width: 80).hasPrefix("\r\u{1B}[2A\u{1B}[J"))
        // Two lines of 7 columns are 3 rows each on a terminal that is only 3 wide by now.
        _ = screen.frame(["1234567", "1234567"], width: 80)
        #expect(screen.frame(["x"], width: 3).hasPrefix("\r\u{1B}[6A\u{1B}[J"))
    }

    @Test(arguments: [(0.4, "0s"), (59.4, "59s"), (59.6, "1m00s"), (3599, "59m59s"), (3600, "1h00m"), (7261, "2h01m")])
    func writesTimesForPeople(seconds: Double, text: String) {
        #expect(StageList.time(seconds) == text)
    }
}

extension RunEvent.Kind {
    /// The start of a run somewhere.
    static func started(_ stages: [String]) -> RunEvent.Kind {
        let host = RunHost(name: "build1", kernel: "6.1.0", cores: 2, memory: 8 << 30)
        return .runStarted(stages: stages, origin: RunOrigin(version: "0", process: 1, folder: "/f", host: host))
    }
}
