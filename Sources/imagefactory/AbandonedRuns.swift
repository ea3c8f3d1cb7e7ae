internal import Attestation
internal import Deployment
internal import Foundation
internal import HostSystem
internal import InstallMedia
internal import Machines
internal import Pipeline
internal import Promotion
internal import Stages
internal import SystemPackage

/// Runs whose process was killed, and everything else that killed processes of ours left.
///
/// The next build says what there was, and clears it away. Nothing that anybody still uses is touched, and nothing that
/// bears no name of ours.
struct AbandonedRuns {
    /// The kind under which a run notes its runtime folder.
    static let runtimeKind = "runtime-folder"

    let state: StateFolder

    /// What killed processes left.
    struct Findings {
        /// What each killed run left; nobody else takes it for dead meanwhile.
        let runs: [(run: RunFolder, remains: [Remains])]
        /// What cannot be told to be one run's.
        let strays: [Remains]

        /// All of it.
        var remains: [Remains] { runs.flatMap(\.remains) + strays }
    }

    /// Looks for what killed processes left. Nothing is changed by that.
    func find() throws -> Findings {
        let runs = try RunFolder.abandoned(in: state).map { (run: $0, remains: remains(of: $0)) }
        return Findings(runs: runs, strays: strays(beside: runs.map(\.run.id)))
    }

    /// Clears it away.
    ///
    /// - Returns: What it was.
    @discardableResult
    func clean(say: (String) -> Void) async throws -> [Garbage] {
        try state.create()
        // Two that clear away at once would be in each other's way.
        let lock = try await FileLock.acquire(
            at: state.locks.appending("leftovers.lock"), deadline: .seconds(120))
        defer { withExtendedLifetime(lock) {} }
        let findings = try find()
        for (run, remains) in findings.runs {
            for item in remains { try await item.clear() }
            try run.markEnded(.abandoned)
            say(
                "run \(run.id) of \(run.record.template) was killed; \(remains.isEmpty ? "it left nothing" : "cleared away:")"
            )
            for item in remains { say("  \(item.line)") }
        }
        for item in findings.strays { try await item.clear() }
        if !findings.strays.isEmpty { say("cleared away what killed processes left:") }
        for item in findings.strays { say("  \(item.line)") }
        return findings.remains.map(\.garbage)
    }

    /// What a killed run left: first what still works, then what it works on.
    private func remains(of run: RunFolder) -> [Remains] {
        let reason = "run \(run.id) of \(run.record.template) was killed"
        let noted = run.record.resources.flatMap { resource -> [Remains] in
            let path = FilePath(resource.name)
            switch resource.kind {
            case Self.runtimeKind: return Remains.runtime(path, reason: reason)
            case PublishRelease.partialKind where path.exists:
                return [.path(.unfinishedRelease, path, reason: reason)]
            default: return []
            }
        }
        return Remains.programs(of: run, reason: reason) + noted
            + (run.scratch + Checkpoints(folder: state.checkpoints).unfinished(by: run.id))
            .map { .path(.temporary, $0, reason: reason) }
            + state.store.partials.filter { $0.run == run.id }.map { .path(.unfinishedResult, $0.path, reason: reason) }
    }

    private func strays(beside abandoned: [String]) -> [Remains] {
        // Looked for before the runs: a run that is younger than what is found cannot be its maker.
        let partials = state.store.partials
        let runs = RunFolder.living(in: state) + abandoned
        let results = partials.filter { partial in !runs.contains(partial.run) }.map { partial in
            Remains.path(.unfinishedResult, partial.path, reason: "run \(partial.run) is over")
        }
        let places: [(folder: FilePath, prefixes: [String])] = [
            (state.root, []), (state.store.folder, []), (state.runs, [RunFolder.unnamed]),
            (LabISO.workshop(in: InstallMedium.cache(in: state)), LabISO.scratchPrefixes),
            ("/tmp", [Guestfish.scratchPrefix]), (CloudSeed.workshop, [CloudSeed.scratchPrefix]),
            (state.fetchedReleases, [FoundRelease.scratchPrefix, ImageInventory.scratchPrefix]),
            (
                FilePath(NSTemporaryDirectory()),
                [InstallerISO.scratchPrefix, AcceleratorProbe.scratchPrefix] + Repository.scratchPrefixes
            ),
        ]
        let frozen = Checkpoints(folder: state.checkpoints).outdated.map {
            Remains.path(.temporary, $0, reason: "a checkpoint holds until the host's next boot")
        }
        return results + frozen
            + places.flatMap { Temporary.abandoned(in: $0.folder, prefixes: $0.prefixes) }.map { .temporary($0) }
    }
}
