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
    struct PowerLossBuildTests {
        private static let count = 8
        private static let template = LabTemplate(
            name: "power-lost", tests: ["{ name: it is up, run: \"true\", timeout: 10min }"])
        /// How long the stages take that are worth a try, in seconds; the power goes away somewhere in them.
        private static let stages: [(stage: String, seconds: Double)] = [
            ("install-system", 200.0), ("provision", 50.0), ("seal", 25.0), ("prove-seal", 50.0),
            ("reclaim-space", 25.0), ("convert-image", 5.0), ("publish-release", 2.0),
        ]

        /// State and releases lie on a disk that forgets what was not flushed; the power goes away in a real build.
        @Test func goesOnWhereverThePowerGoesAway() async throws {
            let lab = try #require(Lab.current)
            let seed = UInt64.random(in: 0..<1_000_000)
            print("seed \(seed)")
            var random = SeededRandom(seed: seed)
            let project = try lab.project([Self.template.name: Self.template.text])
            try await PowerLossDisk.with(in: project.root) { disk in
                var project = project
                project.state = disk.path.appending("state")
                project.output = disk.path.appending("output")
                for moment in BuildMoment.spread(Self.count, over: Self.stages, using: &random) {
                    let keeping: Double = [0, 0.3, 0.7].randomElement(using: &random) ?? 0
                    try await losePower(at: moment, of: project, on: disk, keeping: keeping, seed: random.next())
                }
                let ending = try await project.factory("build", Self.template.name).run()
                #expect(ending.status == 0, "\(ending.talk)")
                try project.expectNothingLeft()
                try disk.losePower(keeping: 0, seed: seed)
                try await lab.expectGood(try #require(project.releases(of: Self.template.name).first))
            }
        }

        /// Builds until the moment; whatever was finished then is there, as it was, when the power is back.
        private func losePower(
            at moment: BuildMoment, of project: Project, on disk: PowerLossDisk, keeping: Double, seed: UInt64
        ) async throws {
            let ending = try await project.factory("build", Self.template.name).run(at: moment) { kill($0, SIGKILL) }
            try await endMachines(of: project)
            let store = StateFolder(root: project.state, cache: "/nonexistent").store
            let finished = try BuildHistory.finished(in: project)
            let before = try await BuildHistory.digests(of: project)
            try disk.losePower(keeping: keeping, seed: seed)
            print(
                "\(moment): ended with \(ending.status), \(Set(finished).count) finished, kept \(keeping), seed \(seed)"
            )
            for key in finished { #expect(store.holds(key), "\(moment)") }
            for (name, digest) in try await BuildHistory.digests(of: project) {
                #expect(before[name] == digest, "\(moment): \(name)")
            }
        }

        /// What the power takes with it: programs, machines, and folders in memory.
        private func endMachines(of project: Project) async throws {
            for record in try project.records() {
                try await OwnedProcesses(of: project.state.appending("runs/\(record.id)")).end()
                while let process = machineProcess(of: record, role: nil) {
                    kill(process, SIGKILL)
                    try await ContinuousClock().sleep(for: .milliseconds(50))
                }
                for resource in record.resources where resource.kind == "runtime-folder" {
                    try FilePath(resource.name).remove()
                }
            }
        }
    }
}
