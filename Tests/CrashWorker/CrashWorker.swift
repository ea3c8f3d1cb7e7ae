import CrashTestSupport
import Foundation
import HostSystem
import Pipeline
import SystemPackage

/// `crash-worker STATE build TEMPLATE OPTION`, `crash-worker STATE gc`: a factory of cheap stages as a process of its own,
/// which can be killed.
@main
struct CrashWorker {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().map(\.self)
        let state = StateFolder(root: FilePath(arguments[0]), cache: FilePath(arguments[0]).appending("cache"))
        if arguments[1] == "gc" {
            _ = try await GarbageCollection(in: state, rules: KeepRules(chains: 1)).collect()
        } else {
            try clearAway(in: state)
            let options = ["provision": arguments[3], "convert": arguments[3]]
            try await CheapPipeline(template: arguments[2], options: options).build(in: state, events: Silence())
        }
    }

    /// What the factory does before every build.
    private static func clearAway(in state: StateFolder) throws {
        for run in try RunFolder.abandoned(in: state) {
            for path in run.scratch + state.store.partials.filter({ $0.run == run.id }).map(\.path) {
                try path.remove()
            }
            try run.markEnded(.abandoned)
        }
    }

    private struct Silence: EventSink {
        func receive(_ event: RunEvent) {}
    }
}
