import Foundation
import FoundationXML
import Testing

@testable import Stages

struct JUnitReportTests {
    private static let outcomes = [
        TestOutcome(name: "no failed units", failure: nil, duration: .milliseconds(1250)),
        TestOutcome(
            name: "a \"quoted\" <name> & more", failure: "it printed '<a> & \"b\"'\nand ]]>", duration: .seconds(2)),
    ]

    @Test func givesWhatCISystemsRead() throws {
        let document = try XMLDocument(xmlString: JUnitReport(suite: "web clone", outcomes: Self.outcomes).xml)
        #expect(texts("/testsuites/testsuite/@name", in: document) == ["web clone"])
        #expect(texts("/testsuites/testsuite/@tests", in: document) == ["2"])
        #expect(texts("/testsuites/testsuite/@failures", in: document) == ["1"])
        #expect(texts("/testsuites/testsuite/@time", in: document) == ["3.250"])
        #expect(texts("//testcase/@name", in: document) == Self.outcomes.map(\.name))
        #expect(texts("//testcase/@classname", in: document) == ["web clone", "web clone"])
        #expect(texts("//testcase/@time", in: document) == ["1.250", "2.000"])
        #expect(texts("//testcase[2]/failure", in: document) == ["it printed '<a> & \"b\"'\nand ]]>"])
        #expect(texts("//testcase[1]/failure", in: document) == [])
        #expect(texts("/testsuites/testsuite/@skipped", in: document) == ["0"])
    }

    @Test func tellsAReasonWhyNothingWasTried() throws {
        let outcome = TestOutcome(name: "a seed", failure: nil, duration: .zero, remark: "there is no cloud-init")
        let document = try XMLDocument(xmlString: JUnitReport(suite: "s", outcomes: [outcome]).xml)
        #expect(texts("/testsuites/testsuite/@skipped", in: document) == ["1"])
        #expect(texts("//testcase/skipped/@message", in: document) == ["there is no cloud-init"])
    }

    /// Guests print colours and worse; XML 1.0 can hold neither as a character nor as a reference.
    @Test(arguments: [
        "\u{1B}[31mred\u{1B}[0m", "nul \u{0}", "bell \u{7}", "form feed \u{C}", "\u{FFFF}\u{FFFE}", "\u{1}\u{1F}",
    ])
    func staysXMLWhateverATestPrinted(output: String) throws {
        let report = JUnitReport(
            suite: output, outcomes: [TestOutcome(name: output, failure: output, duration: .zero)])
        let document = try XMLDocument(xmlString: report.xml)
        let expected = String(
            String.UnicodeScalarView(
                output.unicodeScalars.map { $0.value < 0x20 || $0.value > 0xFFFD ? "\u{FFFD}" : $0 }))
        #expect(texts("//failure", in: document) == [expected])
        #expect(texts("//testcase/@name", in: document) == [expected])
    }

    @Test func keepsTabsLineEndsAndLetters() throws {
        let text = "one\ttwo\nGr\u{FC}\u{DF}e \u{1F427}"
        let report = JUnitReport(suite: "s", outcomes: [TestOutcome(name: "n", failure: text, duration: .zero)])
        #expect(texts("//failure", in: try XMLDocument(xmlString: report.xml)) == [text])
    }

    @Test func hasNoTestsWhereNoneRan() throws {
        let document = try XMLDocument(xmlString: JUnitReport(suite: "s", outcomes: []).xml)
        #expect(texts("//testsuite/@tests", in: document) == ["0"])
        #expect(texts("//testsuite/@time", in: document) == ["0.000"])
    }

    private func texts(_ path: String, in document: XMLDocument) -> [String] {
        ((try? document.nodes(forXPath: path)) ?? []).compactMap(\.stringValue)
    }
}
