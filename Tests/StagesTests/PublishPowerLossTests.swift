import CrashTestSupport
import HostSystem
import SystemPackage
import Testing

/// The power goes away at any point of a publication: a release is whole or not there, and one that was told of is there.
@Suite(.timeLimit(.minutes(5)))
struct PublishPowerLossTests {
    /// What came of one publication.
    private struct Outcome {
        var problems: [String] = []
        var wasPublished = false
    }

    /// Enough changes of the disk for a whole publication.
    private static let plenty = 100_000

    @Test func leavesAWholeReleaseOrNone() async throws {
        try await TestProject.with { project in
            let bench = try await ReleaseBench(project, formats: "qcow2")
            for changes in 0..<Self.plenty {
                let outcome = try await publish(
                    bench, in: project, changes: changes, keeping: changes % 2 == 0 ? 0 : 0.5)
                #expect(outcome.problems.isEmpty, "after \(changes) changes")
                if outcome.wasPublished { return }
            }
        }
    }

    /// The same looks show it when flushes are not done: they can fail.
    @Test(arguments: PowerLossDisk.Flush.allCases)
    func losesSomethingWithoutFlushes(of flush: PowerLossDisk.Flush) async throws {
        try await TestProject.with { project in
            let bench = try await ReleaseBench(project, formats: "qcow2")
            let outcome = try await publish(bench, in: project, changes: Self.plenty, keeping: 0, ignoring: flush)
            #expect(outcome.wasPublished && !outcome.problems.isEmpty)
        }
    }

    private func publish(
        _ bench: ReleaseBench, in project: TestProject, changes: Int, keeping: Double,
        ignoring flush: PowerLossDisk.Flush? = nil
    ) async throws -> Outcome {
        try await withScratchFolder(in: project.root, prefix: "power") { folder in
            try await PowerLossDisk.with(in: folder) { disk in
                var bench = bench
                bench.output = disk.path.appending("output")
                let release = bench.output.pushing("web/v1.2.0")
                if let flush { try disk.ignore(flush) }
                try disk.limit(changes: changes)
                let published = try? await bench.publish(version: "v1.2.0")
                try disk.losePower(keeping: keeping, seed: UInt64(changes))
                var outcome = Outcome(wasPublished: published != nil)
                if outcome.wasPublished, !release.exists { outcome.problems.append("the release is lost") }
                if release.exists { outcome.problems += await problems(of: release) }
                guard flush == nil else { return outcome }
                _ = try await bench.publish(version: "v1.2.0")
                outcome.problems += await problems(of: release)
                return outcome
            }
        }
    }

    private func problems(of release: FilePath) async -> [String] {
        let names = ["SHA256SUMS", "logs", "manifest.json", "seal-report.json", "tests.junit.xml", "web-v1.2.0.qcow2"]
        guard release.folderEntries == names else { return ["it holds \(release.folderEntries)"] }
        let sums = try? await Program.run(
            "sha256sum", ["-c", "--strict", "--status", "SHA256SUMS"], in: release, deadline: .seconds(120))
        let log = try? release.pushing("logs/seal.log").readText()
        return (sums == nil ? ["its files are not what they were"] : [])
            + (log != "sealed\n" ? ["its logs are not what they were"] : [])
    }
}
