internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Gives back the room that results and runs take which ``KeepRules`` do not keep.
///
/// Builds may go on meanwhile. A result is first moved aside, by one rename, while no build decides what it uses; only
/// then is it removed. So nobody ever sees a part of it, whatever stops the removal: what is moved aside is a
/// ``Temporary``.
package struct GarbageCollection: Sendable {
    private let state: StateFolder
    private let rules: KeepRules

    /// The collection in `state`.
    package init(in state: StateFolder, rules: KeepRules) {
        self.state = state
        self.rules = rules
    }

    /// What can go now. Nothing is changed by looking.
    package func garbage() -> [Garbage] {
        rules.garbage(in: StateInventory(of: state), now: Date().timeIntervalSince1970)
    }

    /// Removes what can go.
    ///
    /// - Returns: What went; what somebody began to use meanwhile stays.
    package func collect() async throws -> [Garbage] {
        let (removed, aside) = try await moveAside()
        for (path, lock) in aside {
            try await offloaded { _ in try path.remove() }
            withExtendedLifetime(lock) {}
        }
        return removed
    }

    /// Takes what can go out of sight.
    private func moveAside() async throws -> (removed: [Garbage], aside: [(FilePath, FileLock)]) {
        let lock = try await state.store.lock(.exclusive)
        defer { withExtendedLifetime(lock) {} }
        var removed: [Garbage] = []
        var aside: [(FilePath, FileLock)] = []
        for garbage in garbage() {
            switch garbage.kind {
            case .result, .run:
                guard let moved = try moveAside(garbage) else { continue }
                aside.append(moved)
            case .renewal: try state.store.folder.appending("\(garbage.name).renewal").remove()
            case .lock:
                guard let lock = try FileLock(ofExisting: state.locks.appending("\(garbage.name).lock")) else {
                    continue
                }
                lock.removeFile()
            default: continue
            }
            removed.append(garbage)
        }
        return (removed, aside)
    }

    /// Takes a folder out of sight; nil if somebody holds it.
    private func moveAside(_ garbage: Garbage) throws -> (FilePath, FileLock)? {
        let path = (garbage.kind == .run ? state.runs : state.store.folder).appending(garbage.name)
        guard let lock = try FileLock(ofExisting: path) else { return nil }
        let aside = Temporary.partialName(of: path)
        try path.rename(to: aside)
        return (aside, lock)
    }
}
