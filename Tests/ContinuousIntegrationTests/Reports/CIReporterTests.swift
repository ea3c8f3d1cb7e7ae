import Foundation
import FoundationXML
import HostSystem
import Pipeline
import Promotion
import Synchronization
import SystemPackage
import Testing

@testable import ContinuousIntegration

/// Reports of a build whose events never differ, compared with those that are kept beside the recorded jobs.
struct CIReporterTests {
    @Test(arguments: Forge.allCases) func writesTheLogAsTheForgeWantsIt(forge: Forge) throws {
        let (lines, _) = report(SampleBuild.good, to: forge)
        try expect(lines, kept: "\(forge.rawValue)/report/build.log")
    }

    @Test(arguments: Forge.allCases) func tellsAFailureOnceAndWhole(forge: Forge) throws {
        let (lines, _) = report(SampleBuild.failed, to: forge)
        try expect(lines, kept: "\(forge.rawValue)/report/failed.log")
    }

    @Test func summarizesABuild() throws {
        let (_, good) = report(SampleBuild.good, to: .github)
        try expect(
            MarkdownSummary(good, placement: "golden/v1.2.0-dev").text, kept: "github/report/build.md")
        let (_, failed) = report(SampleBuild.failed, to: .github)
        try expect(MarkdownSummary(failed, placement: nil).text, kept: "github/report/failed.md")
    }

    @Test func handsOnTheRelease() throws {
        let (_, record) = report(SampleBuild.good, to: .github)
        let outputs = try #require(RunnerOutputs(record))
        try expect(outputs.githubLines, kept: "github/report/output")
        try expect(outputs.dotenvLines, kept: "gitlab/report/imagefactory.env")
        #expect(RunnerOutputs(report(SampleBuild.failed, to: .github).record) == nil)
    }

    @Test func writesStagesAndTestsAsJUnit() throws {
        let tests = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites><testsuite name="golden-debian13" tests="1" failures="0" time="0.200">
            <testcase name="no failed units" classname="golden-debian13" time="0.200"/></testsuite></testsuites>
            """
        let (_, good) = report(SampleBuild.good, to: .gitlab)
        try expect(JUnitFile(good, tests: Array(tests.utf8)).text(), kept: "gitlab/report/build.junit.xml")
        let (_, failed) = report(SampleBuild.failed, to: .gitlab)
        try expect(JUnitFile(failed, tests: nil).text(), kept: "gitlab/report/failed.junit.xml")
    }

    @Test func loadsNothingThatTestsName() throws {
        try FilePath("/tmp/if-secret").write("leaked".utf8)
        defer { try? FilePath("/tmp/if-secret").remove() }
        let tests = """
            <!DOCTYPE x [<!ENTITY e SYSTEM "file:///tmp/if-secret">]>
            <testsuites><testsuite name="&e;"><testcase name="a">&e;</testcase></testsuite></testsuites>
            """
        let (_, good) = report(SampleBuild.good, to: .gitlab)
        let text = try? JUnitFile(good, tests: Array(tests.utf8)).text()
        #expect(text?.contains("leaked") != true)
    }

    /// Whatever a stage says, the summary is one table with as many rows as stages, the outputs have their three values, and the
    /// JUnit file is XML with the same stages.
    @Test func doesNoHarmInFilesByAnyText() throws {
        let seed = UInt64.random(in: 0 ..< .max)
        print("seed of the hostile files: \(seed)")
        var random = HostileText(seed: seed)
        for _ in 0..<300 {
            let (template, path, message) = (random.next(), random.next(), random.next())
            let (_, record) = report(
                SampleBuild.hostile(template: template, path: path, message: message), to: .github)
            let summary = MarkdownSummary(record, placement: random.next()).text
            #expect(summary.split(separator: "\n").count { $0.hasPrefix("|") } == 4, "seed \(seed): \(summary)")
            #expect(!summary.contains("<"), "seed \(seed): \(summary)")

            let outputs = try #require(RunnerOutputs(record))
            #expect(Self.names(in: outputs.githubLines) == ["version", "release-digest", "folder"], "seed \(seed)")
            #expect(outputs.dotenvLines.split(whereSeparator: \.isNewline).count == 3, "seed \(seed)")

            let xml = try XMLDocument(data: Data(JUnitFile(record, tests: nil).text().utf8))
            let cases = try xml.nodes(forXPath: "/testsuites/testsuite/testcase")
            #expect(cases.count == 2, "seed \(seed)")
            #expect(try xml.nodes(forXPath: "//failure").count == 1, "seed \(seed)")
        }
    }

    /// The names that GitHub's runner finds in the file of outputs.
    private static func names(in text: String) -> [String] {
        var names: [String] = []
        var end: String?
        for line in text.components(separatedBy: "\n") {
            if let delimiter = end {
                if line == delimiter { end = nil }
            } else if let mark = line.range(of: "<<") {
                names.append(String(line[..<mark.lowerBound]))
                end = String(line[mark.upperBound...])
            } else if line != "" {
                names.append("?\(line)")
            }
        }
        return names + (end == nil ? [] : ["open"])
    }

    private func report(_ events: [RunEvent], to forge: Forge) -> (text: String, record: BuildRecord) {
        let lines = Mutex<[String]>([])
        let build = CIBuild(
            template: events[0].template, request: TagName(series: "golden", version: "v1.2.0", claim: .request),
            commit: nil, isDispatched: false)
        let reporter = CIReporter(of: build, dialect: forge.dialect) { line in lines.withLock { $0.append(line) } }
        for event in events { reporter.receive(event) }
        return (lines.withLock { $0.map { $0 + "\n" }.joined() }, reporter.record)
    }

    private func expect(_ text: String, kept name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let kept = RecordedJob.folder.pushing(FilePath(name))
        // To accept what was printed: IMAGEFACTORY_ACCEPT_REPORTS=1.
        if ProcessInfo.processInfo.environment["IMAGEFACTORY_ACCEPT_REPORTS"] == "1" {
            try kept.removingLastComponent().createFolder()
            try kept.write(text.utf8)
        }
        #expect(text == (try kept.readText()), "\(kept)", sourceLocation: sourceLocation)
    }
}
