import Testing

@testable import Machines

struct EvidenceLineTests {
    @Test(arguments: [
        ("a line", "a line"), ("  a \t line  ", "a   line"), ("", ""), ("\u{1B}[31mred\u{1B}[0m", "[31mred [0m"),
        ("bell\u{07}", "bell"), ("two\nlines\r\n", "two lines"), ("[   12.3] x", "[   12.3] x"),
        ("right\u{202E}to left", "right to left"),
        ("\u{0}\u{1}\u{7F}", ""), ("Gr\u{FC}\u{DF}e \u{2716}", "Gr\u{FC}\u{DF}e \u{2716}"), ("\u{FEFF}x", "x"),
    ])
    func makesALineHarmless(line: String, plain: String) {
        #expect(EvidenceLine.clean(line) == plain)
    }

    @Test func boundsItsLength() {
        #expect(EvidenceLine.clean(String(repeating: "x", count: 100_000)).count == EvidenceLine.limit + 1)
    }

    @Test func keepsAHandfulOfDifferentLines() {
        let failure = MachineFailure(.stalled, evidence: ["one", "", "one", " one ", "two", "3", "4", "5", "6"])
        #expect(failure.evidence == ["one", "two", "3", "4", "5"])
    }

    @Test func addsTheNewestLinesForWhichThereIsRoom() {
        let failure = MachineFailure(.stalled, evidence: ["one", "two"]).adding(lines: ["a", "b", "two", "c", "d"])
        #expect(failure.evidence == ["one", "two", "b", "c", "d"])
    }
}
