import Attestation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

/// What three stages leave becomes one report of the release's.
struct ReleaseSealReportTests {
    @Test func holdsWhatTheSealTheClonesAndTheAuditTell() async throws {
        try await TestProject.with { project in
            try project.write(#"{"operations": [{"name": "machine-id"}]}"#, to: "sealed/seal-report.json")
            try project.write(#"{"clones": [{"secondsToBoot": 25.1}]}"#, to: "proof/proof.json")
            try project.write(#"[{"rule": "no-host-keys"}]"#, to: "audit/audit.json")
            let report = try report(
                of: project, ["prove-seal": "proof", "audit-disk": "audit"])
            #expect(
                report
                    == .object([
                        "operations": .array([.object(["name": "machine-id"])]),
                        "proof": .object(["clones": .array([.object(["secondsToBoot": .number(25.1)])])]),
                        "audit": .array([.object(["rule": "no-host-keys"])]),
                    ]))
        }
    }

    /// A pipeline may do without a proof and without an audit.
    @Test func leavesOutWhatNobodyFoundOut() async throws {
        try await TestProject.with { project in
            try project.write(#"{"operations": []}"#, to: "sealed/seal-report.json")
            try project.write("<testsuites/>", to: "proof/tests.junit.xml")
            #expect(try report(of: project, ["prove-seal": "proof"]) == .object(["operations": .array([])]))
            try project.root.pushing("sealed/seal-report.json").remove()
            #expect(try report(of: project, [:]) == nil)
        }
    }

    @Test(arguments: ["[]", "{", "{\"a\": 1, \"a\": 2}", ""])
    func refusesWhatIsNoReport(text: String) async throws {
        try await TestProject.with { project in
            try project.write(text, to: "sealed/seal-report.json")
            #expect(throws: (any Error).self) { try report(of: project, [:]) }
        }
    }

    private func report(of project: TestProject, _ reports: [String: String]) throws -> JSONValue? {
        let work = try project.work(
            disk: project.root.pushing("sealed/disk.qcow2"),
            reports: reports.mapValues { project.root.appending($0) })
        return try ReleaseSealReport(of: work).map { try StrictJSON.decode(JSONValue.self, from: Array($0.json)) }
    }
}
