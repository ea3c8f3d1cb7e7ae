/// A task as it is.
struct TaskState: Sendable {
    let identifier: TaskIdentifier
    var log: [String] = []
    /// How it ended; nil while it runs.
    var exit: String?
    /// What runs it.
    var work: Task<Void, Never>?
}

/// What a task does at its end, and what is undone when it fails.
struct TaskSteps: Sendable {
    /// The work; its failure is the task's.
    var work: @Sendable (isolated Cluster) async throws(APIError) -> Void
    /// Undoes what was there before the work.
    var undo: @Sendable (isolated Cluster) -> Void = { _ in }
}

extension Cluster {
    /// What the methods about tasks do.
    static let taskHandlers: [String: Handler] = [
        "GET /nodes/{node}/tasks/{upid}/status": { cluster, call throws(APIError) in
            let (name, task) = try cluster.task(call, needs: "Sys.Audit")
            let identifier = task.identifier
            var fields: [String: JSON] = [
                "upid": .string(name), "node": .string(identifier.node), "pid": .integer(identifier.pid),
                "pstart": .integer(identifier.pstart), "starttime": .integer(identifier.startTime),
                "type": .string(identifier.type), "id": .string(identifier.id), "user": .string(identifier.user),
                "status": task.exit == nil ? "running" : "stopped",
            ]
            fields["exitstatus"] = task.exit.map { .string($0) }
            return Answer(data: .object(fields))
        },
        "GET /nodes/{node}/tasks/{upid}/log": { cluster, call throws(APIError) in
            let (_, task) = try cluster.task(call, needs: "Sys.Audit")
            let start = call.integer("start") ?? 0
            let limit = call.integer("limit") ?? 50
            let lines = task.log.enumerated().dropFirst(start).prefix(limit == 0 ? .max : limit)
            return Answer(
                data: .array(lines.map { ["n": .integer($0.offset + 1), "t": .string($0.element)] }),
                total: task.log.count)
        },
        "DELETE /nodes/{node}/tasks/{upid}": { cluster, call throws(APIError) in
            let (name, task) = try cluster.task(call, needs: "Sys.Modify")
            task.work?.cancel()
            cluster.endTask(name, interrupted)
            return Answer(data: .null)
        },
        "GET /nodes/{node}/tasks": { cluster, call throws(APIError) in
            let seesAll = cluster.access(of: call.account).has(["Sys.Audit"], at: "/nodes/\(call.node)")
            let tasks = cluster.tasks.values.filter {
                $0.identifier.node == call.node && (seesAll || $0.identifier.user == call.account.tokenID)
            }
            return Answer(data: .array(tasks.map(\.summary)))
        },
    ]

    /// Starts a task; gives its identifier.
    ///
    /// - Parameter node: Where it runs; the call's own node unless it says otherwise.
    func startTask(_ type: String, id: String, on node: String? = nil, _ call: Call, _ steps: TaskSteps) -> Answer {
        let process = nextProcess()
        let identifier = TaskIdentifier(
            node: node ?? call.node, pid: process, pstart: process * 7, startTime: now, type: type, id: id,
            user: call.account.tokenID)
        let name = identifier.description
        tasks[name] = TaskState(identifier: identifier, log: ["starting \(type) \(id)"])
        let fault = call.fault
        tasks[name]?.work = Task { await run(name, steps, fault: fault) }
        return Answer(data: .string(name))
    }

    private func run(_ name: String, _ steps: TaskSteps, fault: Fault?) async {
        let duration = fault == .endlessTask ? .seconds(1 << 20) : model.taskDuration
        let isCancelled = (try? await Task.sleep(for: duration)) == nil
        var failure: APIError?
        do throws(APIError) {
            if case .failTask(let message) = fault { throw .died(message) }
            if !isCancelled { try await steps.work(self) }
        } catch {
            failure = error
        }
        switch tasks[name]?.exit {
        // Somebody stopped it.
        case Self.interrupted: steps.undo(self)
        // The node is gone, and leaves everything as it is.
        case _?: break
        case nil:
            if failure != nil { steps.undo(self) }
            endTask(name, failure?.message ?? "OK")
        }
    }

    /// How a task ends that somebody stops.
    private static let interrupted = "interrupted by signal"

    /// Ends a task that has not ended.
    func endTask(_ name: String, _ exit: String) {
        guard tasks[name]?.exit == nil else { return }
        tasks[name]?.exit = exit
        // A task that dies writes no last line.
        if exit != "unexpected status" {
            tasks[name]?.log.append(exit == "OK" ? "TASK OK" : "TASK ERROR: \(exit)")
        }
    }

    private func task(_ call: Call, needs privilege: String) throws(APIError) -> (String, TaskState) {
        let name = try call.needed("upid")
        guard let task = tasks[name] else { throw .died("unable to parse worker upid '\(name)'") }
        guard task.identifier.node == call.node else {
            throw .violating(.protocolRule, 500, "no such task; the node of a task is the one in its UPID")
        }
        if task.identifier.user != call.account.tokenID {
            try require([privilege], at: "/nodes/\(call.node)", call)
        }
        return (name, task)
    }
}

extension TaskState {
    fileprivate var summary: JSON {
        var fields: [String: JSON] = [
            "upid": .string(identifier.description), "node": .string(identifier.node),
            "pid": .integer(identifier.pid), "pstart": .integer(identifier.pstart),
            "starttime": .integer(identifier.startTime), "type": .string(identifier.type),
            "id": .string(identifier.id), "user": .string(identifier.user),
        ]
        fields["status"] = exit.map { .string($0) }
        return .object(fields)
    }
}
