internal import HostSystem

extension ProxmoxClient {
    /// Waits for a task, telling its log. A task that does not end in time, or whose wait is cancelled, is stopped.
    ///
    /// A cluster that cannot answer for a while is waited for: a node may restart, and the task with it.
    ///
    /// - Throws: ``ProxmoxError``, `CancellationError`.
    func finish(_ name: String) async throws {
        guard let task = UPID(name) else {
            throw ProxmoxError(kind: .malformed, request: "the task", words: "'\(plain(name))' is no task")
        }
        var watch = TaskWatch(task: task, client: self)
        do {
            let end = try await poll(every: patience.interval, deadline: patience.task, for: "the task \(task.type)") {
                try await watch.look()
            }
            try judge(end, of: task)
        } catch let error as DeadlineError {
            await stop(task)
            throw ProxmoxError(kind: .endless, request: "the task \(task)", words: "\(error)")
        } catch let error as CancellationError {
            await stop(task)
            throw error
        }
    }

    private func judge(_ end: String, of task: UPID) throws {
        if end == "OK" { return }
        if end.wholeMatch(of: /WARNINGS: [0-9]+/) != nil {
            return report("\(task.type) on \(task.node) ended with \(end.lowercased())")
        }
        throw ProxmoxError(kind: .task, request: "the task \(task)", words: "it failed: \(plain(end))")
    }

    /// Stops a task and waits for its end, also when this task is cancelled; the reason for it is reported already.
    private func stop(_ task: UPID) async {
        await Task {
            _ = try? await delete(["nodes", task.node, "tasks", task.description])
            var watch = TaskWatch(task: task, client: self)
            _ = try? await poll(every: patience.interval, deadline: patience.request, for: "its end") {
                try await watch.look()
            }
        }.value
    }
}
