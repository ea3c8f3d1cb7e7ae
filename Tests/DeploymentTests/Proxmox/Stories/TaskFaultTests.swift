import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import Synchronization
import Testing

@testable import Deployment

/// Tasks that fail, that never end, or that a node takes along when it restarts; and others who are faster.
struct TaskFaultTests {
    private static let creation = "POST /nodes/{node}/qemu"

    /// A request that starts a task; that for the lock is not meant.
    private static func point(_ endpoint: String) -> FaultPoint {
        endpoint == creation ? .creation : .endpoint(endpoint)
    }

    /// The requests of an upgrade that start tasks.
    private static let starters = [
        "POST /nodes/{node}/storage/{storage}/upload", creation,
        "POST /nodes/{node}/qemu/{vmid}/template",
        "POST /nodes/{node}/qemu/{vmid}/clone", "POST /nodes/{node}/qemu/{vmid}/status/start",
        "POST /nodes/{node}/qemu/{vmid}/status/stop", "DELETE /nodes/{node}/qemu/{vmid}",
        "DELETE /nodes/{node}/storage/{storage}/content/{volume}",
    ]

    @Test func anyTaskMayFail() async throws {
        try await FaultTrial.with { trial in
            for (index, point) in Self.starters.enumerated() {
                let outcome = try await trial.run(
                    .failTask("no space left on device"), at: Self.point(point), upgradingTo: (index + 1) % 2)
                #expect(outcome.fired, "\(point)")
                // What fails while it is tidied up is told, and leaves the new template in use.
                guard index < 5 else { continue }
                let text = "\(try #require(outcome.error))"
                #expect(text.contains("no space left on device"), "\(point)")
            }
        }
    }

    @Test func anyTaskMayGoOnForEver() async throws {
        var patience = ProxmoxScene.patience
        patience.task = .seconds(3)
        try await FaultTrial.with(patience: patience) { trial in
            for (index, point) in Self.starters.prefix(5).enumerated() {
                let outcome = try await trial.run(
                    .endlessTask, at: Self.point(point), upgradingTo: (index + 1) % 2)
                #expect(outcome.fired, "\(point)")
                #expect((outcome.error as? ProxmoxError)?.kind == .endless, "\(point)")
            }
            let stopped = trial.scene.server.requests.count { $0.endpoint == "DELETE /nodes/{node}/tasks/{upid}" }
            #expect(stopped == 5)
        }
    }

    @Test func aNodeMayRestart() async throws {
        try await FaultTrial.with { trial in
            for (index, point) in Self.starters.prefix(5).enumerated() {
                let outcome = try await trial.run(
                    .restartNode(after: .milliseconds(200)), at: Self.point(point), upgradingTo: (index + 1) % 2)
                #expect(outcome.fired, "\(point)")
            }
        }
    }

    @Test func aStorageMayBecomeFull() async throws {
        try await FaultTrial.with { trial in
            for (index, point) in Self.starters.prefix(2).enumerated() {
                let outcome = try await trial.run(
                    .fillStorage, at: Self.point(point), upgradingTo: (index + 1) % 2)
                #expect(outcome.fired, "\(point)")
                #expect(outcome.error != nil, "\(point)")
            }
        }
    }

    @Test(arguments: ["POST /nodes/{node}/qemu", "POST /nodes/{node}/qemu/{vmid}/clone"])
    func othersMayTakeTheNumber(_ point: String) async throws {
        try await FaultTrial.with { trial in
            let outcome = try await trial.run(.takeVMID, at: Self.point(point), upgradingTo: 1)
            #expect(outcome.fired)
            #expect(outcome.error == nil, "another number is taken")
            #expect(trial.scene.talk.lines.contains { $0.contains("taken by somebody else") })
        }
    }

    @Test func othersMayTakeTheName() async throws {
        try await ProxmoxScene.with { scene in
            await scene.server.watchTemplate(named: "web", tag: "imagefactory-current")
            try await scene.deploy(1)
            let changes = Counter()
            // The first change notes that the template is proven, the second gives it the name.
            let isSwap: @Sendable (RecordedRequest) -> Bool = { request in
                // That a lock's holder is alive is no change of these.
                let isLock = request.path.contains("/qemu/9")
                guard request.endpoint == "PUT /nodes/{node}/qemu/{vmid}/config", !isLock else { return false }
                return changes.next() == 2
            }
            try await scene.server.withFault(at: .matching(isSwap), .takeName) { try await scene.deploy(2) }
            let others = await scene.server.machines().filter { !$0.description.contains("imagefactory") }
            #expect(others.map(\.name) == ["web"])
            let error = await #expect(throws: ProxmoxDeploymentError.self) { try await scene.deploy(3) }
            guard case .nameTaken("web", let place)? = error else { throw SceneError() }
            #expect(place.vmid == others[0].vmid)
            #expect(await scene.server.machines().filter { !$0.description.contains("imagefactory") } == others)
            #expect(scene.server.violations == [])
        }
    }

    @Test func othersMayCloneATemplateThatIsToGo() async throws {
        try await FaultTrial.with { trial in
            let isOld: @Sendable (RecordedRequest) -> Bool = { request in
                request.endpoint == "DELETE /nodes/{node}/qemu/{vmid}" && request.path.hasSuffix("/qemu/100")
            }
            let outcome = try await trial.run(.useTemplate, at: .matching(isOld), upgradingTo: 1)
            #expect(outcome.fired)
            #expect(outcome.error == nil)
            #expect(trial.scene.talk.lines.contains { $0.contains("100 on pve1 stays") })
        }
    }

    @Test func aCancelledTryLeavesNothing() async throws {
        var model = ClusterModel.usual()
        model.taskDuration = .milliseconds(100)
        try await ProxmoxScene.with(model) { scene in
            await scene.server.watchTemplate(named: "web", tag: "imagefactory-current")
            let first = try await scene.deploy(1)
            for point in Self.starters.prefix(5) {
                let before = scene.server.requests.count
                let attempt = Task { try await scene.deploy(2) }
                while !scene.server.requests.dropFirst(before).contains(where: { $0.endpoint == point }) {
                    try await Task.sleep(for: .milliseconds(1))
                }
                attempt.cancel()
                await #expect(throws: CancellationError.self, "\(point)") { try await attempt.value }
                #expect(await scene.leftovers() == [], "\(point)")
                #expect(await scene.currentTemplates().map(\.vmid) == first.map(\.vmid), "\(point)")
                #expect(await scene.server.machines().count == 1, "\(point)")
            }
            #expect(scene.server.violations == [])
        }
    }
}

/// A number that several may count up.
private final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
