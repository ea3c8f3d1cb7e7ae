internal import Foundation
internal import HostSystem
internal import Machines
internal import Pipeline
internal import Stages
internal import SystemPackage

/// Runs whose process was killed: the next run says what they left, and clears it away.
struct AbandonedRuns {
    /// The kind under which a run notes its runtime folder.
    static let runtimeKind = "runtime-folder"

    let state: StateFolder

    /// Clears away what dead runs left: machines, runtime folders, unfinished results. Nothing else is touched.
    func clean(say: (String) -> Void) async throws {
        for run in try RunFolder.abandoned(in: state) {
            var found: [String] = []
            for resource in run.record.resources where resource.kind == Self.runtimeKind {
                found += try await OrphanReaper(runtime: RuntimeFolder(path: FilePath(resource.name))).reap()
            }
            try run.removeScratch()
            try Checkpoints(folder: state.checkpoints).clean(deadRun: run.id)
            let partials = try state.store.removePartials(of: run.id)
            if partials > 0 { found.append("removed \(partials) unfinished result\(partials == 1 ? "" : "s")") }
            try run.markEnded(.abandoned)
            say(
                "run \(run.id) of \(run.record.template) was killed; "
                    + (found.isEmpty ? "it left nothing" : "cleared away:"))
            for line in found { say("  \(line)") }
        }
    }
}
