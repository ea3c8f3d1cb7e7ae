import HostSystem
import Pipeline
import Testing

@testable import imagefactory

struct RunBoardTests {
    private let start = ContinuousClock.now

    private func board(_ events: (template: String, kind: RunEvent.Kind)..., namesTemplates: Bool = true) -> RunBoard {
        var board = RunBoard(namesTemplates: namesTemplates)
        for (template, kind) in events {
            board.apply(RunEvent(time: "T", run: "run of \(template)", template: template, kind: kind), at: start)
        }
        return board
    }

    @Test func showsTheStagesAloneOfASingleRun() {
        let board = board(
            ("web", .started(["seal"])), ("web", .stageStarted(stage: "seal", key: nil)), namesTemplates: false)
        #expect(board.lines(width: 80, height: 24, at: start) == ["▶ seal       0s  "])
        #expect(!board.isFinished)
    }

    @Test func keepsRunsApartWhoseEventsAreMixed() {
        let board = board(
            ("web", .started(["seal"])), ("mail", .started(["seal", "publish"])),
            ("mail", .stageStarted(stage: "seal", key: nil)), ("web", .stageStarted(stage: "seal", key: nil)),
            ("mail", .stageProgress(stage: "seal", message: "trim")),
            ("web", .runFinished(outcome: .done, seconds: 61, release: nil)))
        #expect(
            board.lines(width: 80, height: 24, at: start + .seconds(5)) == [
                "✔ web   done after 1m01s", "▶ mail  5s", "  ▶ seal          5s  trim", "  · publish           ",
            ])
        #expect(!board.isFinished)
    }

    @Test func isFinishedWithTheLastRun() {
        let board = board(
            ("web", .started([])), ("mail", .started([])),
            ("web", .runFinished(outcome: .done, seconds: 1, release: nil)),
            ("mail", .runFinished(outcome: .failed, seconds: 1, release: nil)))
        #expect(board.isFinished)
        #expect(board.lines(width: 80, height: 24, at: start).last == "✘ mail  failed after 1s")
    }

    @Test(arguments: 1...30, [20, 80])
    func fitsAnyTerminal(height: Int, width: Int) {
        var events: [(template: String, kind: RunEvent.Kind)] = []
        for number in 0..<5 {
            events.append(("t\(number)", .started((0..<9).map { "stage\($0)" })))
            events.append(("t\(number)", .stageStarted(stage: "stage4", key: nil)))
        }
        var board = RunBoard(namesTemplates: true)
        for (template, kind) in events {
            board.apply(RunEvent(time: "T", run: template, template: template, kind: kind), at: start)
        }
        let lines = board.lines(width: width, height: height, at: start)
        #expect(lines.count <= max(1, height - 1))
        #expect(lines.allSatisfy { TerminalText.width(of: $0) <= width })
        #expect(lines.contains { $0.hasPrefix("▶ t4") || height < 7 })
    }

    @Test func linesUpColumns() {
        #expect(
            TextTable.lines([["a", "bb", "c"], ["漢字", "b", "a long last cell"], ["x"], ["y", "", ""]]) == [
                "a     bb  c", "漢字  b   a long last cell", "x", "y",
            ])
    }
}
