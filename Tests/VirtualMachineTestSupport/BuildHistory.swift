import Foundation
package import HostSystem
package import Pipeline
package import SystemPackage

/// What a project's runs did, and what they left in the store.
package struct BuildHistory: Sendable {
    private let project: Project
    private var digests: [String: Digest] = [:]

    /// The history of a project.
    package init(of project: Project) {
        self.project = project
    }

    /// Looks at the results that the project's runs made or used.
    ///
    /// - Returns: What is wrong: results that are gone or have other bytes than before, and those that were made twice.
    package mutating func problems() async throws -> [String] {
        let now = try await Self.digests(of: project)
        let changed = digests.filter { now[$0.key] != $0.value }.keys.sorted()
        digests.merge(now) { $1 }
        return changed.map { "\($0) has changed" } + (try repetitions()).map { "\($0) was made again" }
    }

    /// The digest of every file of every finished result.
    package static func digests(of project: Project) async throws -> [String: Digest] {
        var digests: [String: Digest] = [:]
        for entry in try entries(of: project) {
            for name in [StoreEntry.fileName.string] + entry.files.keys {
                let file = store(of: project).path(of: entry.key).pushing(FilePath(name))
                digests["\(entry.stage) \(entry.key.short)/\(name)"] = try await Digest.of(file: file)
            }
        }
        return digests
    }

    /// The results that the project's runs finished, as their events tell; a stage that shares a boot is finished with
    /// the last of those that do.
    package static func finished(in project: Project) throws -> [StageKey] {
        let stored = Set(try entries(of: project).map(\.key))
        return try project.records().flatMap { record in
            events(in: project.state.appending("runs/\(record.id)")).compactMap { event in
                guard case .stageFinished(_, let key?, _, _, _) = event.kind, stored.contains(key) else { return nil }
                return key
            }
        }
    }

    private static func store(of project: Project) -> Store {
        StateFolder(root: project.state, cache: "/nonexistent").store
    }

    private static func entries(of project: Project) throws -> [StoreEntry] {
        let keys = Set(try project.records().flatMap(\.keys))
        return store(of: project).entries.filter { keys.contains($0.key) }
    }

    private func repetitions() throws -> [String] {
        let finished = Dictionary(grouping: try Self.finished(in: project), by: \.self)
        return finished.filter { $0.value.count > 1 }.keys.map(\.short).sorted()
    }

    /// The events of a run, as far as they were written.
    package static func events(in run: FilePath) -> [RunEvent] {
        let text = (try? run.appending("events.jsonl").readText()) ?? ""
        return text.split(separator: "\n").compactMap { try? JSONDecoder().decode(RunEvent.self, from: Data($0.utf8)) }
    }

    /// How long each stage of a run took, in the order in which they ended.
    package static func times(in run: FilePath) -> [(stage: String, seconds: Double)] {
        events(in: run).compactMap { event in
            guard case .stageFinished(let stage, _, let seconds, _, _) = event.kind else { return nil }
            return (stage, seconds)
        }
    }
}
