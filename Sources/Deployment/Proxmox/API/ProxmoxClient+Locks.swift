internal import HostSystem

extension ProxmoxClient {
    /// The locks of work that only the machine's maker does.
    private static let makersLocks: Set<String> = ["create", "clone"]

    /// Destroys a machine, whatever it is doing: it is waited for until nobody works on it, and stopped.
    func destroyWhole(_ place: MachinePlace) async throws {
        try await waitForLock(on: place)
        if try await isRunning(place) { try await stop(place) }
        try await destroy(place)
    }

    /// Waits until nobody works on a machine.
    ///
    /// - Throws: ``ProxmoxDeploymentError``: `locked` when somebody goes on, `abandoned` when nobody does.
    func waitForLock(on place: MachinePlace) async throws {
        var lock = ""
        do {
            try await poll(every: patience.interval, deadline: patience.lock, for: "its lock") {
                guard let current = try await config(of: place).lock else { return () }
                lock = TerminalText.plain(current)
                guard try await isAbandoned(place, lock) else { return nil }
                throw ProxmoxDeploymentError.abandoned(place, lock)
            }
        } catch is DeadlineError {
            throw ProxmoxDeploymentError.locked(place, lock)
        }
    }

    /// Waits until no upload of ours is still being put in its place, after one whose answer was lost.
    func waitForUploads(on nodes: [String]) async {
        for node in nodes {
            _ = try? await poll(every: patience.interval, deadline: patience.lock, for: "uploads") {
                try await activeTasks(on: node).contains { $0.type == "imgcopy" } ? nil : ()
            }
        }
    }

    /// Whether a machine that we made is locked, and no task of ours goes on. A node that restarts leaves such locks.
    private func isAbandoned(_ place: MachinePlace, _ lock: String) async throws -> Bool {
        guard Self.makersLocks.contains(lock) else { return false }
        guard try await activeTasks(on: place.node).isEmpty else { return false }
        // It may have ended between the two looks.
        return try await config(of: place).lock == lock
    }

    /// The tasks of ours that go on.
    private func activeTasks(on node: String) async throws -> [ListedTask] {
        let tasks: [ListedTask] = try await get(["nodes", node, "tasks"], [("source", "active")])
        return tasks.filter { $0.endtime == nil && [nil, "RUNNING"].contains($0.status) }
    }

    private struct ListedTask: Decodable {
        let type: String
        let status: String?
        let endtime: LooseInt?
    }
}
