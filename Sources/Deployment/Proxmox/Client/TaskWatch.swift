internal import HostSystem

/// A task that is looked at until it has ended.
struct TaskWatch {
    private let task: UPID
    private let client: ProxmoxClient
    private var lines = 0
    private var outage: ContinuousClock.Instant?

    /// The most lines of a log that are told at once.
    private static let lineLimit = 200

    init(task: UPID, client: ProxmoxClient) {
        self.task = task
        self.client = client
    }

    /// How it ended, in the API's words; nil while it runs.
    mutating func look() async throws -> String? {
        let path = ["nodes", task.node, "tasks", task.description]
        do {
            let status = try await client.get(path + ["status"], as: Status.self)
            outage = nil
            await tellLog(path + ["log"])
            guard status.status == "stopped" else { return nil }
            return status.exitstatus ?? "unexpected status"
        } catch let error as ProxmoxError where error.isPassing {
            let since = outage ?? .now
            outage = since
            guard ContinuousClock.now - since < client.patience.outage else { throw error }
            return nil
        }
    }

    /// Tells what came to the log; a log that cannot be read now can be read later.
    private mutating func tellLog(_ path: [String]) async {
        let window = [("start", "\(lines)"), ("limit", "\(Self.lineLimit)")]
        guard let news = try? await client.get(path, window, as: [Line].self) else { return }
        for line in news where line.n.value > lines {
            client.report("\(task.node): \(client.plain(line.t))")
            lines = line.n.value
        }
    }

    private struct Status: Decodable {
        let status: String
        let exitstatus: String?
    }

    private struct Line: Decodable {
        let n: LooseInt
        let t: String
    }
}
