import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import Testing

@testable import Deployment

/// Machines as clones of a template: made, kept, replaced and removed.
struct MachineStoryTests {
    private func run(_ machines: MachinePlan, _ scene: ProxmoxScene, _ plan: TemplatePlan) async throws
        -> [DeployedMachine]
    {
        try await MachineDeployment(of: machines, from: plan, through: scene.client).run()
    }

    @Test func areMadeOnceAndSpreadOverTheNodes() async throws {
        try await ProxmoxScene.with(.usual(nodes: 2, hasSharedStorage: true)) { scene in
            let plan = try scene.plan(storage: "shared", importStorage: "shared")
            try await scene.deploy(1, plan)
            var machines = try MachinePlan(name: "app", count: 3)
            machines.shape.user = "ada"
            machines.shape.keys = ["ssh-ed25519 AAA+b= ada@host"]
            machines.shape.disk = .gibibytes(4)
            let made = try await run(machines, scene, plan)
            #expect(made.map(\.name) == ["app-1", "app-2", "app-3"])
            #expect(made.map(\.node) == ["pve1", "pve2", "pve1"])
            #expect(made.allSatisfy { $0.state == .made && !$0.addresses.isEmpty })
            let states = await scene.server.machines().filter { $0.name.hasPrefix("app-") }
            #expect(states.allSatisfy { $0.isRunning && $0.config["ciuser"] == "ada" })
            #expect(states.allSatisfy { $0.tags == ["imagefactory", "imagefactory-machine"] })
            #expect(try await run(machines, scene, plan).allSatisfy { $0.state == .kept })
            #expect(scene.server.violations == [])
        }
    }

    @Test func areMadeThoughNobodyTellsTheirAddress() async throws {
        try await ProxmoxScene.with { scene in
            let plan = try scene.plan()
            try await scene.deploy(1, plan)
            let addresses = "GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces"
            let hasFailed = try await scene.server.withFault(at: .endpoint(addresses), .status(500)) {
                let made = try await run(MachinePlan(name: "app", count: 1), scene, plan)
                #expect(made.map(\.state) == [.made] && made.allSatisfy(\.addresses.isEmpty))
            }
            #expect(hasFailed)
        }
    }

    @Test func areNoneOfOursOnceTheyAreGone() async throws {
        try await ProxmoxScene.with { scene in
            let gone = try await Survey.own(MachinePlace(node: "pve1", vmid: 999), scene.client)
            #expect(gone == nil)
        }
    }

    @Test(arguments: [false, true])
    func areReplacedWhereThatIsWanted(_ isWanted: Bool) async throws {
        try await ProxmoxScene.with { scene in
            let plan = try scene.plan()
            try await scene.deploy(1, plan)
            var machines = try MachinePlan(name: "app", count: 2)
            let old = try await run(machines, scene, plan)
            try await scene.deploy(2, plan)
            machines.replaces = isWanted
            let new = try await run(machines, scene, plan)
            #expect(new.allSatisfy { $0.state == (isWanted ? .replaced : .outdated) })
            #expect((new.map(\.vmid) == old.map(\.vmid)) == !isWanted)
            #expect(await scene.server.machines().count { $0.name.hasPrefix("app-") } == 2)
            #expect(scene.server.violations == [])
        }
    }

    @Test func areFullClonesWhereThatIsWanted() async throws {
        try await ProxmoxScene.with { scene in
            var plan = try scene.plan()
            plan.clonesFully = true
            try await scene.deploy(1, plan)
            _ = try await run(MachinePlan(name: "app", count: 1), scene, plan)
            #expect(await scene.server.volumes().allSatisfy { $0.parent == nil })
            #expect(scene.server.violations == [])
        }
    }

    @Test func areRemovedAndNothingElse() async throws {
        var model = ClusterModel.usual()
        model.machines = [MachineModel(vmid: 200, node: "pve1", name: "app-9")]
        try await ProxmoxScene.with(model) { scene in
            let plan = try scene.plan()
            try await scene.deploy(1, plan)
            _ = try await run(MachinePlan(name: "app", count: 2), scene, plan)
            for name in ["app", "app-17", "other"] {
                _ = try await run(MachinePlan(name: name, count: 1), scene, plan)
            }
            func remove(_ count: Int) async throws -> [String] {
                let machines = try MachinePlan(name: "app", count: count)
                let removal = MachineDeployment(of: machines, from: plan, through: scene.client)
                return try await removal.remove().map(\.name).sorted()
            }
            #expect(try await remove(2) == ["app-1", "app-2"])
            #expect(await scene.server.machines().map(\.name).sorted() == ["app", "app-17", "app-9", "other", "web"])
            #expect(try await remove(1) == ["app"])
            #expect(await scene.server.machines().map(\.name).sorted() == ["app-17", "app-9", "other", "web"])
            #expect(scene.server.violations == [])
        }
    }

    @Test func areGoneWhenTheyAreNotWell() async throws {
        var model = ClusterModel.usual()
        model.guest.run = { name, _ in .init(exitCode: name == "app" ? 3 : 0) }
        try await ProxmoxScene.with(model) { scene in
            var plan = try scene.plan()
            try await scene.deploy(1, plan)
            plan.checks = ["true"]
            await #expect(throws: ProxmoxDeploymentError.self) {
                try await run(MachinePlan(name: "app", count: 1), scene, plan)
            }
            #expect(await scene.leftovers() == [])
            #expect(scene.server.violations == [])
        }
    }

    @Test func needATemplateAndANameOfTheirOwn() async throws {
        var model = ClusterModel.usual()
        model.machines = [MachineModel(vmid: 200, node: "pve1", name: "app")]
        try await ProxmoxScene.with(model) { scene in
            let plan = try scene.plan()
            let none = await #expect(throws: ProxmoxDeploymentError.self) {
                try await run(MachinePlan(name: "other", count: 1), scene, plan)
            }
            guard case .noTemplate("web")? = none else { throw SceneError() }
            try await scene.deploy(1, plan)
            let taken = await #expect(throws: ProxmoxDeploymentError.self) {
                try await run(MachinePlan(name: "app", count: 1), scene, plan)
            }
            guard case .machineTaken("app", _)? = taken else { throw SceneError() }
            #expect(scene.server.violations == [])
        }
    }
}
