import HostSystem
import Pipeline
import SystemPackage
import Testing

struct UserRunTests {
    private func read(_ entry: String, also stages: String = "") throws -> UserRun {
        let folder = try TestFolder()
        try folder.write("echo", to: "scan.sh")
        try folder.write("stages:\n  - \(entry)\n\(stages)", to: "pipelines/golden.yaml")
        let pipeline = try TemplateFolder(root: folder.path).pipeline("golden", stages: ["run", "seal"])
        return try UserRun(reading: pipeline.entries[0], root: folder.path)
    }

    @Test func readsWhatToRunAndWhere() throws {
        let scan = try read("run: { name: scan, in: host, script: scan.sh, timeout: 2min, retries: 3 }")
        #expect(scan.name == "scan")
        #expect(scan.side == .host)
        #expect(scan.step.timeout == .seconds(120))
        #expect(scan.step.retries == 3)
        let harden = try read("run: { name: harden, in: guest, commands: echo 1, layer: own, when: profile != core }")
        #expect(harden.side == .guest)
        #expect(harden.layer == .own)
        #expect(harden.step.condition != nil)
        #expect(harden.step.action == .run(.commands("echo 1")))
    }

    @Test(arguments: [
        ("run", "'run' needs to know what to run"),
        ("run: { name: scan, script: scan.sh }", "'in' is missing from run"),
        ("run: { in: host, script: scan.sh }", "'name' is missing from run"),
        ("run: { name: Scan it, in: host, script: scan.sh }", "'Scan it' cannot be the name"),
        ("run: { name: scan, in: cloud, script: scan.sh }", "must be one of guest, host"),
        ("run: { name: scan, in: host, script: scam.sh }", "'scam.sh' is not there"),
        ("run: { name: scan, in: host }", "this step must run either a script or commands"),
        ("run: { name: scan, in: host, commands: ls, layer: own }", "a stage on the host writes no layer"),
        ("run: { name: scan, in: host, commands: ls, shell: bash }", "'shell' is not a key of run"),
        ("run: { name: seal, in: host, commands: ls }", "'seal' is a stage's own name"),
    ])
    func refusesWhatCannotBe(entry: String, problem: String) {
        let error = #expect(throws: YAMLError.self) { try read(entry) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test func wantsAnotherNameForAnotherRun() throws {
        let another = "  - run: { name: scan, in: guest, commands: ls }\n"
        let error = #expect(throws: YAMLError.self) {
            try read("run: { name: scan, in: host, script: scan.sh }", also: another)
        }
        #expect(error?.description.contains("the stage 'scan' is there twice") == true)
        _ = try read("run: { name: scan, in: host, script: scan.sh }", also: another.replacing("scan", with: "more"))
    }
}
