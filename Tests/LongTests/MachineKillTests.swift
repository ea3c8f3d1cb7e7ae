import Foundation
import HostSystem
import Pipeline
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    @Suite(.timeLimit(.minutes(60)))
    struct MachineKillTests {
        /// The stages that have a machine, libguestfs's small one among them.
        private static let stages = ["install-system", "provision", "seal", "prove-seal", "reclaim-space"]

        /// `kill -9` of QEMU: the build fails and leaves nothing, and the next one goes on from what was finished.
        @Test func goesOnWhereverQEMUIsKilled() async throws {
            var series = try KillSeries("machine-killed", in: try #require(Lab.current))
            let project = series.project
            for moment in try await series.moments(in: { Self.stages.contains($0) }) {
                let status = try await series.strike(at: moment) { _ in
                    guard let run = try? project.records().last else { return }
                    let small = OwnedProcesses(of: project.state.appending("runs/\(run.id)")).running
                        .first { $0.name.hasPrefix("qemu-system") }
                    guard let process = machineProcess(of: run, role: nil) ?? small?.id else {
                        return print("\(moment): no machine runs")
                    }
                    kill(process, SIGKILL)
                }
                #expect(status == 1 || status == 0)
                try project.expectNothingLeft("\(moment)")
                try await series.expectOrder(moment)
            }
            try await series.finish()
        }
    }
}
