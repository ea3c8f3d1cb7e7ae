internal import HostSystem
internal import Pipeline
internal import Stages

/// The builds of one command: they run side by side as far as the host has room for them, and the failure of one is no
/// reason to end another.
struct BuildBatch {
    /// One build.
    struct Build: Sendable {
        let template: Template
        let folder: RunFolder
        let runner: Runner

        init(_ template: Template, _ folder: RunFolder, _ runner: Runner) {
            self.template = template
            self.folder = folder
            self.runner = runner
        }
    }

    /// How one build ended.
    struct Ending: Sendable {
        let template: String
        let result: Result<RunResult, any Error>
    }

    let builds: [Build]
    /// What earlier builds took, and where these are noted.
    let history: BuildHistory

    /// Runs the builds in a host's `share`, at most `limit` at once, and tells how each ended, in their order.
    func run(within share: HostShare, limit: Int?, events: any EventSink) async -> [Ending] {
        let admission = Admission(capacity: share, limit: limit ?? .max)
        return await withTaskGroup(of: (Int, Ending).self) { group in
            for (index, build) in builds.enumerated() {
                group.addTask {
                    let ending: Result<RunResult, any Error>
                    do {
                        ending = .success(try await run(build, admission, events))
                    } catch {
                        ending = .failure(error)
                    }
                    return (index, Ending(template: build.template.name, result: ending))
                }
            }
            var endings: [(Int, Ending)] = []
            for await ending in group { endings.append(ending) }
            return endings.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func run(_ build: Build, _ admission: Admission, _ events: any EventSink) async throws -> RunResult {
        try await admission.withRoom(for: HostFacts.share(of: build.template)) {
            Talk.say("\(build.template.name): waiting until this host has room for it")
        } _: {
            try await build.runner.run(
                in: build.folder, events: events, estimates: history.estimates(of: build.template.name),
                accelerator: history.accelerator)
        }
    }
}

/// The failure of one build among several.
struct NamedBuildError: Error, CustomStringConvertible {
    let template: String
    let cause: any Error

    var description: String { "\(template): \(cause)" }
}
