import CrashTestSupport
import HostSystem
import Pipeline
import RandomTestSupport
import SystemPackage
import Testing
import VirtualMachineTestSupport

/// A build that is struck again and again, at moments that are spread over an undisturbed one; each time it goes on.
struct KillSeries {
    /// How many times it is struck.
    static let count = 20

    let project: Project
    private let lab: Lab
    private let template: LabTemplate
    private let seed = UInt64.random(in: 0..<1_000_000)
    private let before = HostSnapshot()
    private var history: BuildHistory

    /// A series in a project of its own.
    init(_ name: String, in lab: Lab) throws {
        template = LabTemplate(
            name: name, provision: ["run: { commands: \"echo here >/etc/here\" }"],
            tests: ["{ name: it is here, run: cat /etc/here, expect: here, timeout: 10min }"])
        var project = try lab.project([name: template.text])
        project.state = project.root.appending("state")
        self.project = project
        self.lab = lab
        history = BuildHistory(of: project)
    }

    /// Moments in those of the stages that `isWanted` takes, drawn from the times of an undisturbed build.
    func moments(in isWanted: (String) -> Bool = { _ in true }) async throws -> [BuildMoment] {
        var undisturbed = try lab.project([template.name: template.text])
        undisturbed.state = undisturbed.root.appending("state")
        let ending = try await undisturbed.factory("build", template.name).run()
        try #require(ending.status == 0, "\(ending.talk)")
        let times = BuildHistory.times(in: try #require(undisturbed.runs.last))
        print("undisturbed in \(ending.duration), seed \(seed): \(times)")
        try undisturbed.root.remove()
        var random = SeededRandom(seed: seed)
        return BuildMoment.spread(Self.count, over: times.filter { isWanted($0.stage) }, using: &random)
    }

    /// Builds, and strikes at a moment.
    func strike(at moment: BuildMoment, _ strike: @escaping @Sendable (Int32) -> Void) async throws -> Int {
        let ending = try await project.factory("build", template.name).run(at: moment, strike)
        print("\(moment): ended with \(ending.status) after \(ending.duration)")
        return ending.status
    }

    /// Expects that what was finished is as it was, and after the next run's clean-up nothing is left.
    mutating func expectOrder(_ moment: BuildMoment) async throws {
        let next = try await project.factory("build", template.name, "--until", "fetch-iso").run()
        #expect(next.status == 0, "\(next.talk)")
        try project.expectNothingLeft("\(moment), seed \(seed)")
        #expect(before.added() == [], "\(moment), seed \(seed)")
        #expect(try await history.problems() == [], "\(moment), seed \(seed)")
    }

    /// Expects that the build ends well, with a release as good as any.
    mutating func finish() async throws {
        let ending = try await project.factory("build", template.name).run()
        #expect(ending.status == 0, "\(ending.talk)")
        #expect(try await history.problems() == [], "seed \(seed)")
        try project.expectNothingLeft("seed \(seed)")
        try await lab.expectGood(try #require(project.releases(of: template.name).first))
    }
}
