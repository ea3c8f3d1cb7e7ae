import HostSystem
import SealTestSupport
import Stages
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    /// A guest with a trace for each operation, sealed by a build.
    @Suite(.timeLimit(.minutes(60)))
    struct DirtyGuestTests {
        private static let traces = SealTrace.all.filter { trace in
            !trace.isForChroot && !["build-account", "kerberos-data"].contains(trace.operation)
        }

        @Test func comesOutClean() async throws {
            let lab = try #require(Lab.current)
            var template = LabTemplate(name: "dirty", provision: ["run: { script: plant.sh }"])
            template.seal = "{ profile: joined, add: [backup-files] }"
            let project = try lab.project([template.name: template.text])
            try project.root.appending("plant.sh").write(SealTrace.planting(Self.traces).utf8)
            let ending = try await lab.turn {
                try await project.factory("build", template.name, "--until", "seal").run()
            }
            try #require(ending.status == 0, "\(ending.talk)")

            let layer = try #require(try sealedLayer(of: project))
            let report = try SealReport.load(from: layer)
            for trace in Self.traces {
                let entry = report.operations.first { $0.name == trace.operation }
                #expect(entry?.outcome == .done, "\(trace.operation)")
            }
            try await lab.turn {
                try await SealedDisk(layer.appending("disk.qcow2")).expectSealed(
                    lab: lab, looking: SealTrace.looking(for: Self.traces), in: project.root)
            }
        }

        /// The layer of this test's build: other tests' builds share the store, and none of them has a ZeroTier node.
        private func sealedLayer(of project: Project) throws -> FilePath? {
            let store = project.state.appending("store")
            return try store.folderEntries.map { store.appending($0) }.first { folder in
                guard folder.appending("seal-report.json").exists else { return false }
                let report = try SealReport.load(from: folder)
                return report.operations.contains { $0.name == "zerotier" && $0.outcome == .done }
            }
        }
    }
}
