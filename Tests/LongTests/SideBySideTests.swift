import CrashTestSupport
import Foundation
import HostSystem
import Pipeline
import RandomTestSupport
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    @Suite(.timeLimit(.minutes(60)))
    struct SideBySideTests {
        /// For how long; `IMAGEFACTORY_CRASH_SECONDS` names another time.
        private static let time = Duration.seconds(
            ProcessInfo.processInfo.environment["IMAGEFACTORY_CRASH_SECONDS"].flatMap { Int($0) } ?? 600)

        @Test func cheapFactoriesDoNoHarmToEachOther() async throws {
            let lab = try #require(Lab.current)
            let seed = UInt64.random(in: 0..<1_000_000)
            let outcome = try await CrashRounds(for: Self.time, seed: seed).run(in: lab.folder.appending("cheap"))
            print("seed \(seed): \(outcome.ended) processes ended by themselves, \(outcome.killed) were to be killed")
            #expect(outcome.problems.isEmpty, "seed \(seed)")
        }

        /// Two real factories that build the same and different templates on one installed system; each is killed at
        /// random moments, and in the end all can be built.
        @Test func factoriesDoNoHarmToEachOther() async throws {
            let lab = try #require(Lab.current)
            let seed = UInt64.random(in: 0..<1_000_000)
            print("seed \(seed)")
            let templates = ["one", "two"].map { name in
                LabTemplate(name: name, provision: ["run: { commands: \"echo \(name) >/etc/name\" }"])
            }
            var project = try lab.project(Dictionary(uniqueKeysWithValues: templates.map { ($0.name, $0.text) }))
            project.state = project.root.appending("state")
            let first = try await project.factory("build", "one", "--until", "install-system").run()
            try #require(first.status == 0, "\(first.talk)")
            try await withThrowingTaskGroup(of: Void.self) { [project] group in
                for lane in 0..<2 as Range<UInt64> {
                    group.addTask {
                        try await Self.buildAndKill(project, SeededRandom(seed: seed &* 2 &+ lane), for: Self.time)
                    }
                }
                try await group.waitForAll()
            }
            for template in templates {
                let ending = try await project.factory("build", template.name).run()
                #expect(ending.status == 0, "\(ending.talk)")
            }
            let one = try #require(project.releases(of: "one").last)
            let two = try #require(project.releases(of: "two").last)
            try await lab.expectGood(one, two)
            var history = BuildHistory(of: project)
            #expect(try await history.problems() == [], "seed \(seed)")
            try project.expectNothingLeft("seed \(seed)")
        }

        private static func buildAndKill(_ project: Project, _ random: SeededRandom, for time: Duration) async throws {
            var random = random
            let clock = ContinuousClock()
            let end = clock.now + time
            while clock.now < end {
                let name = ["one", "two"].randomElement(using: &random) ?? "one"
                let moment = BuildMoment("check-host", after: .seconds(Double.random(in: 0..<120, using: &random)))
                let ending = try await project.factory("build", name).run(at: moment) { kill($0, SIGKILL) }
                print("\(name), \(moment): ended with \(ending.status) after \(ending.duration)")
                #expect(ending.status == 0 || ending.status == 128 + Int(SIGKILL), "\(ending.talk)")
            }
        }
    }
}
