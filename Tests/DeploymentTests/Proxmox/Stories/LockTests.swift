import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import Testing

@testable import Deployment

/// Two deployments of one template, from different hosts, one after the other.
struct LockTests {
    /// The description of a lock of the template `web`.
    private func lock(vmid: Int, holder: ProcessIdentity?, run: String = "0123abcd") -> LockRecord {
        LockRecord(vmid: vmid, subject: "template-web", run: run, holder: holder, host: "build7")
    }

    /// The number of the lock of the template `web` in an empty cluster.
    private func number(in scene: ProxmoxScene) throws -> Int {
        let create = try #require(
            scene.server.requests.first { $0.endpoint == "POST /nodes/{node}/qemu" && $0.parameters["scsi0"] == nil })
        return try #require(create.parameters["vmid"]?.text.flatMap { Int($0) })
    }

    private func make(_ record: LockRecord, _ scene: ProxmoxScene) async throws {
        let settings = [
            ("vmid", "\(record.vmid)"), ("name", "imagefactory-lock"), ("description", record.text),
            ("tags", "imagefactory;imagefactory-lock"),
        ]
        try await scene.client.finish(try await scene.client.post(["nodes", "pve1", "qemu"], settings))
    }

    @Test func twoDeploymentsDoNotInterleave() async throws {
        var model = ClusterModel.usual()
        model.taskDuration = .milliseconds(40)
        try await ProxmoxScene.with(model) { scene in
            await scene.server.watchTemplate(named: "web", tag: "imagefactory-current")
            var plan = try scene.plan()
            plan.keep = 1
            try await scene.deploy(0, plan)
            let other = try ProxmoxScene.client(of: scene.server, talk: scene.talk)
            let first = scene.server.requests.count
            async let one = scene.deploy(1, plan)
            async let two = scene.deploy(2, plan, through: other)
            let deployed = try await (one + two).filter(\.isNew).map(\.vmid)
            #expect(deployed.count == 2)
            let current = await scene.currentTemplates()
            #expect(current.count == 1 && deployed.contains(current[0].vmid))
            #expect(await scene.server.machines().count == 1)
            #expect(await scene.leftovers() == [])
            let uploads = scene.server.requests.dropFirst(first).filter { $0.path.hasSuffix("/upload") }
            let swaps = scene.server.requests.dropFirst(first).filter {
                $0.endpoint == "PUT /nodes/{node}/qemu/{vmid}/config" && $0.parameters["name"] == .string("web")
            }
            #expect(uploads.count == 2 && swaps.count == 2)
            #expect(swaps[0].index < uploads[1].index, "the second begins when the first has ended")
            #expect(scene.server.violations == [])
        }
    }

    @Test func theLockOfADeadProcessIsBrokenAtOnce() async throws {
        var patience = ProxmoxScene.patience
        patience.lease = .seconds(300)
        try await ProxmoxScene.with(patience: patience) { scene in
            try await scene.deploy(1)
            // A process that had our number, but started at another time.
            let parts = "\(try #require(ProcessIdentity.current))".split(separator: "-")
            let dead = ProcessIdentity("\(parts[0])-\(parts[1])-1")
            try await make(lock(vmid: try number(in: scene), holder: dead), scene)
            #expect(try await scene.deploy(2).map(\.isNew) == [true])
            #expect(await scene.leftovers() == [])
            #expect(scene.talk.lines.contains { $0.contains("build7") })
            #expect(scene.server.violations == [])
        }
    }

    @Test func aHolderElsewhereIsWaitedForUntilItIsSilentForTooLong() async throws {
        var patience = ProxmoxScene.patience
        patience.lease = .seconds(2)
        try await ProxmoxScene.with(patience: patience) { scene in
            try await scene.deploy(1)
            let vmid = try number(in: scene)
            var record = lock(vmid: vmid, holder: ProcessIdentity("0123456789ab-1-1"))
            try await make(record, scene)
            let start = ContinuousClock.now
            let deployment = Task { try await scene.deploy(2) }
            // Signs of life come for longer than a lease, and then no more.
            let place = MachinePlace(node: "pve1", vmid: vmid)
            for beat in 1...4 {
                try await Task.sleep(for: .milliseconds(800))
                record.beat = beat
                try await scene.client.change(
                    place, [("description", record.text)], since: try await scene.client.config(of: place))
            }
            #expect(try await deployment.value.map(\.isNew) == [true])
            #expect(ContinuousClock.now - start > .seconds(5))
            #expect(await scene.leftovers() == [])
            #expect(scene.server.violations == [])
        }
    }

    @Test func aHolderThatGoesOnIsNamed() async throws {
        var patience = ProxmoxScene.patience
        patience.lease = .seconds(60)
        patience.turn = .milliseconds(300)
        try await ProxmoxScene.with(patience: patience) { scene in
            try await scene.deploy(1)
            try await make(lock(vmid: try number(in: scene), holder: nil), scene)
            let error = await #expect(throws: ProxmoxDeploymentError.self) { try await scene.deploy(2) }
            guard case .busy("template-web", host: "build7", _)? = error else { throw SceneError() }
            #expect(scene.server.requests.count { $0.path.hasSuffix("/upload") } == 1)
        }
    }

    @Test func whoLosesTheLockStops() async throws {
        var model = ClusterModel.usual()
        model.taskDuration = .milliseconds(400)
        var patience = ProxmoxScene.patience
        patience.lease = .seconds(1)
        try await ProxmoxScene.with(model, patience: patience) { scene in
            await scene.server.watchTemplate(named: "web", tag: "imagefactory-current")
            let first = try await scene.deploy(1)
            let vmid = try number(in: scene)
            let deployment = Task { try await scene.deploy(2) }
            let uploads = { scene.server.requests.count { $0.path.hasSuffix("/upload") } }
            while uploads() < 2 { try await Task.sleep(for: .milliseconds(5)) }
            try await scene.client.destroy(MachinePlace(node: "pve1", vmid: vmid))
            let error = await #expect(throws: ProxmoxDeploymentError.self) { try await deployment.value }
            guard case .lockLost("template-web")? = error else { throw SceneError() }
            #expect(await scene.currentTemplates().map(\.vmid) == first.map(\.vmid))
            #expect(await scene.leftovers() == [])
        }
    }

    @Test func othersWithItsNumberAreLeftAlone() async throws {
        var model = ClusterModel.usual()
        var vmid = 0
        try await ProxmoxScene.with(model) { scene in
            try await scene.deploy(1)
            vmid = try number(in: scene)
        }
        model.machines = [MachineModel(vmid: vmid, node: "pve1", name: "theirs")]
        try await ProxmoxScene.with(model) { scene in
            let before = await Surroundings(of: scene.server)
            try await scene.deploy(1)
            #expect(await before.now(on: scene.server) == before)
            #expect(try number(in: scene) == vmid + 1)
            #expect(await scene.leftovers() == [])
            #expect(scene.server.violations == [])
        }
    }
}
