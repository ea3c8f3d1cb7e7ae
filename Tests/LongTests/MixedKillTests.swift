import Foundation
import HostSystem
import Pipeline
import Testing
import VirtualMachineTestSupport

extension LongTests {
    /// The factory and QEMU are killed in turns, in one build.
    @Suite(.timeLimit(.minutes(60)))
    struct MixedKillTests {
        /// What is killed.
        private enum Victim {
            case factory, machine
        }

        /// One build that is struck in every long stage after the installation; each time it goes on.
        @Test func goesOnAfterTheFactoryOrQEMUIsKilled() async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(
                name: "killed-often", provision: ["run: { commands: \"echo here >/etc/here\" }"],
                tests: ["{ name: it is here, run: cat /etc/here, expect: here, timeout: 10min }"])
            let project = try lab.project([template.name: template.text])
            var history = BuildHistory(of: project)
            for (moment, victim) in [
                // While it boots, or soon after it went on from a frozen guest.
                (BuildMoment("provision", after: .seconds(8)), .factory),
                (BuildMoment("seal", after: .seconds(2)), .machine),
                (BuildMoment("prove-seal", after: .seconds(10)), .factory),
                (BuildMoment("reclaim-space", after: .seconds(4)), .factory),
            ] as [(BuildMoment, Victim)] {
                let ending = try await lab.turn {
                    try await project.factory("build", template.name).run(at: moment) { factory in
                        let run = try? project.records().last
                        let machine = run.flatMap { machineProcess(of: $0, role: nil) }
                        guard let process = victim == .factory ? factory : machine else { return }
                        kill(process, SIGKILL)
                    }
                }
                #expect(ending.status == (victim == .factory ? 128 + 9 : 1), "\(moment): \(ending.talk)")
                if victim == .factory {
                    let next = try await project.factory("build", template.name, "--until", "fetch-iso").run()
                    #expect(next.status == 0 && next.talk.contains("was killed"), "\(next.talk)")
                }
                try project.expectNothingLeft("\(moment)")
                #expect(try await history.problems() == [], "\(moment)")
            }
            let ending = try await lab.turn { try await project.factory("build", template.name).run() }
            #expect(ending.status == 0, "\(ending.talk)")
            #expect(ending.talk.contains("seal: stored"))
            #expect(try await history.problems() == [])
            try await lab.expectGood(try #require(project.releases(of: template.name).first))
        }
    }
}
