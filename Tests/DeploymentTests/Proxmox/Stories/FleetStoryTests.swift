import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import Deployment

/// Fleets of clones: made, upgraded by every strategy, taken back, and mended.
@Suite(.timeLimit(.minutes(5)))
struct FleetStoryTests {
    private static let password = "correct-horse-battery-staple"
    private static let shared = ClusterModel.usual(nodes: 2, hasSharedStorage: true)

    private func plan(_ scene: ProxmoxScene) throws -> TemplatePlan {
        try scene.plan(storage: "shared", importStorage: "shared")
    }

    private func order(_ count: Int, _ strategy: RolloutStrategy = .usual) throws -> ProxmoxFleetOrder {
        var order = try ProxmoxFleetOrder(name: "app", count: count, strategy: strategy)
        order.health = HealthPolicy(checks: [.command("true")], deadline: .seconds(20))
        order.shape.user = "ada"
        order.shape.keys = ["ssh-ed25519 AAA+b= ada@host"]
        order.shape.disk = .gibibytes(4)
        return order
    }

    private func deployment(_ order: ProxmoxFleetOrder, _ scene: ProxmoxScene) throws -> ProxmoxFleetDeployment {
        ProxmoxFleetDeployment(order, from: try plan(scene), through: scene.client)
    }

    /// Everything but templates.
    private func machines(_ scene: ProxmoxScene) async -> [MachineState] {
        await scene.server.machines().filter { !$0.isTemplate }
    }

    @Test func isMadeOnceSpreadOverTheNodesAndUpgraded() async throws {
        try await ProxmoxScene.with(Self.shared) { scene in
            try await scene.deploy(1, try plan(scene))
            let fleet = try deployment(try order(3), scene)
            #expect(try await fleet.preview().count == 6)
            let (members, hasChanged) = try await fleet.run()
            #expect(hasChanged && members.map(\.name) == ["app-1", "app-2", "app-3"])
            #expect(members.allSatisfy { $0.state == "healthy" && $0.version == "v1.1.0" && $0.address != nil })
            let states = await machines(scene)
            #expect(states.sorted { $0.name < $1.name }.map(\.node) == ["pve1", "pve2", "pve1"])
            #expect(states.allSatisfy { $0.tags == ["imagefactory", "imagefactory-machine"] && $0.isRunning })
            #expect(states.allSatisfy { $0.config["ciuser"] == "ada" })
            #expect(try await !fleet.run().hasChanged)
            try await scene.deploy(2, try plan(scene))
            let upgraded = try await fleet.run().machines
            #expect(upgraded.map(\.version) == ["v1.2.0", "v1.2.0", "v1.2.0"])
            #expect(upgraded.map(\.generation) == [2, 2, 2])
            #expect(await machines(scene).count == 3)
            #expect(scene.server.violations == [])
        }
    }

    @Test func countsItsMachinesOnNodesThatAreNotNamedAnyMore() async throws {
        try await ProxmoxScene.with(.usual(nodes: 2)) { scene in
            try await scene.deploy(1)
            let both = ProxmoxFleetDeployment(try order(2), from: try scene.plan(), through: scene.client)
            _ = try await both.run()
            let one = ProxmoxFleetDeployment(
                try order(3), from: try scene.plan(nodes: ["pve2"]), through: scene.client)
            _ = try await one.run()
            let states = await machines(scene).sorted { $0.name < $1.name }
            #expect(states.map(\.name) == ["app-1", "app-2", "app-3"])
            #expect(states.map(\.node) == ["pve1", "pve2", "pve2"])
            #expect(scene.server.violations == [])
        }
    }

    @Test(arguments: [
        RolloutStrategy.recreate, .rolling(maxUnavailable: 0, maxSurge: 2),
        .blueGreen, .canary(steps: [1], pause: .milliseconds(20)),
    ])
    func isUpgradedByEveryStrategy(_ strategy: RolloutStrategy) async throws {
        try await ProxmoxScene.with(Self.shared) { scene in
            try await scene.deploy(1, try plan(scene))
            let fleet = try deployment(try order(2, strategy), scene)
            _ = try await fleet.run()
            try await scene.deploy(2, try plan(scene))
            let expected = try await fleet.preview()
            let before = scene.talk.lines.count
            let members = try await fleet.run().machines
            #expect(members.map(\.version) == ["v1.2.0", "v1.2.0"])
            let told = scene.talk.lines.dropFirst(before).filter { $0.hasPrefix("app: ") }
            #expect(told == expected.map { "app: \($0)" })
            #expect(await machines(scene).count == 2)
            #expect(scene.server.violations == [])
        }
    }

    @Test func tellsWhoSendsTheLoad() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "switch") { folder in
            let note = folder.appending("note")
            let program = folder.appending("switch")
            try program.write(
                "#!/bin/sh\necho \"$FLEET: $MACHINE_NAMES: $MACHINE_ADDRESSES\" >>\(note)\n".utf8,
                mode: [.ownerReadWriteExecute])
            try await ProxmoxScene.with(Self.shared) { scene in
                try await scene.deploy(1, try plan(scene))
                var order = try order(2, .blueGreen)
                order.switchCommand = program.string
                let members = try await deployment(order, scene).run().machines
                let addresses = members.compactMap(\.address).joined(separator: " ")
                #expect(try note.readText() == "app: app-1 app-2: \(addresses)\n")
            }
        }
    }

    @Test func goesBackByItselfWhenAMachineIsNotWell() async throws {
        let talk = Mutex<ProxmoxScene.Transcript?>(nil)
        var model = Self.shared
        model.guest.run = { _, _ in
            let lines = talk.withLock(\.self)?.lines ?? []
            let isBad = lines.contains("upgrading") && !lines.contains { $0.hasSuffix("going back") }
            return .init(exitCode: isBad ? 1 : 0)
        }
        try await ProxmoxScene.with(model) { scene in
            talk.withLock { $0 = scene.talk }
            try await scene.deploy(1, try plan(scene))
            var order = try order(2)
            order.health.deadline = .seconds(3)
            order.shape.password = .known(Secret(Self.password))
            let fleet = try deployment(order, scene)
            _ = try await fleet.run()
            try await scene.deploy(2, try plan(scene))
            scene.talk.say("upgrading")
            let error = await #expect(throws: RolloutError.self) { try await fleet.run() }
            guard case .rolledBack(let reason)? = error else { throw SceneError() }
            #expect(reason.hasPrefix("machine 1: not healthy"))
            let found = try await ProxmoxHost(scene.client).machines(of: "app")
            #expect(found.map(\.record.release.version) == ["v1.1.0", "v1.1.0"])
            #expect(found.allSatisfy { $0.view.condition == .healthy && $0.member.refused != nil })
            let states = await machines(scene)
            #expect(states.count == 2)
            #expect(states.allSatisfy { $0.config["cipassword"] == Self.password }, "not what the cluster shows of it")
            #expect(scene.server.violations == [])
        }
    }

    @Test func isLeftAsItIsWithoutThePasswordThatItWouldNeedToGoBack() async throws {
        try await ProxmoxScene.with(Self.shared) { scene in
            try await scene.deploy(1, try plan(scene))
            var order = try order(1)
            order.shape.password = .known(Secret(Self.password))
            _ = try await deployment(order, scene).run()
            try await scene.deploy(2, try plan(scene))
            order.shape.password = nil
            let before = await machines(scene)
            await #expect(throws: HiddenPasswordError.self) { try await deployment(order, scene).run() }
            #expect(await machines(scene) == before)
            #expect(scene.server.violations == [])
        }
    }

    @Test func isTakenBackToTheReleaseBefore() async throws {
        try await ProxmoxScene.with(Self.shared) { scene in
            let order = try order(2)
            for version in 1...2 {
                try await scene.deploy(version, try plan(scene))
                _ = try await deployment(order, scene).run()
            }
            let host = try await ProxmoxHost(scene.client)
            let rollback = try #require(await ProxmoxFleetRollback(of: "app", on: host))
            #expect(rollback.previous?.version == "v1.1.0" && rollback.count == 2 && rollback.template == "web")
            let target = try #require(rollback.target(nil))
            let release = try await rollback.release(target)
            var back = try ProxmoxFleetOrder(name: "app", count: 2, shape: rollback.edition.shape)
            back.health = order.health
            let members = try await deployment(back, scene).run(
                release: release, refusing: rollback.edition.fingerprint
            ).machines
            #expect(members.map(\.version) == ["v1.1.0", "v1.1.0"])
            let refused = rollback.edition.fingerprint
            #expect(try await host.machines(of: "app").allSatisfy { $0.member.refused == refused })
            let states = await machines(scene)
            #expect(states.allSatisfy { $0.config["ciuser"] == "ada" && $0.config["sshkeys"] != nil })
            let second = try #require(await ProxmoxFleetRollback(of: "app", on: host))
            #expect(second.target(nil) == nil, "what it went back from is nothing to go back to")
            let unknown = try #require(rollback.target("v9.0.0"))
            let gone = await #expect(throws: ProxmoxDeploymentError.self) { try await rollback.release(unknown) }
            guard case .noTemplateOf("web", "v9.0.0", _)? = gone else { throw SceneError() }
            #expect(scene.server.violations == [])
        }
    }

    @Test func isTakenFurtherBackAfterThatWasBrokenOff() async throws {
        try await ProxmoxScene.with(Self.shared) { scene in
            let (order, plan) = (try order(2), try plan(scene))
            for version in 1...2 {
                try await scene.deploy(version, plan)
                _ = try await deployment(order, scene).run()
            }
            let host = try await ProxmoxHost(scene.client)
            let first = try #require(await ProxmoxFleetRollback(of: "app", on: host))
            let target = try #require(first.target(nil))
            let release = try await first.release(target)
            let refused = first.edition.fingerprint
            // As a process leaves it that was killed after the first machine was replaced.
            let before = try await host.machines(of: "app")
            for machine in before {
                var member = machine.member
                member.refused = refused
                try await host.note(member, in: machine)
            }
            let sites = try await Preflight(client: scene.client, plan: plan, image: nil).run().sites
            let fleet = ProxmoxFleet(
                host: host, order: order, plan: plan, sites: sites, before: before, refused: refused)
            var edition = first.edition
            edition.release = release
            try await fleet.remove(1)
            try await fleet.create(1, as: edition)
            let again = try #require(await ProxmoxFleetRollback(of: "app", on: host))
            #expect(again.edition.fingerprint == refused && again.target(nil) == target)
            #expect(again.count == nil && again.present == 2)
            let members = try await deployment(order, scene).run(release: release, refusing: refused).machines
            #expect(members.map(\.version) == ["v1.1.0", "v1.1.0"])
            let done = try #require(await ProxmoxFleetRollback(of: "app", on: host))
            #expect(done.target(nil) == nil && done.count == 2)
            #expect(scene.server.violations == [])
        }
    }

    @Test func isNoLongerRefusedOnceSomebodyWantsItAfterAll() async throws {
        try await ProxmoxScene.with(Self.shared) { scene in
            try await scene.deploy(1, try plan(scene))
            let fleet = try deployment(try order(2), scene)
            _ = try await fleet.run()
            let host = try await ProxmoxHost(scene.client)
            for machine in try await host.machines(of: "app") {
                var member = machine.member
                member.refused = member.edition
                try await host.note(member, in: machine)
            }
            let (_, hasChanged) = try await fleet.run()
            #expect(!hasChanged)
            #expect(try await host.machines(of: "app").allSatisfy { $0.member.refused == nil })
        }
    }

    @Test func mendsWhatSomebodyChanged() async throws {
        try await ProxmoxScene.with(Self.shared) { scene in
            try await scene.deploy(1, try plan(scene))
            let fleet = try deployment(try order(2), scene)
            _ = try await fleet.run()
            let host = try await ProxmoxHost(scene.client)
            let first = try #require(await host.machines(of: "app").first)
            let config = try await scene.client.config(of: first.place)
            try await scene.client.change(first.place, [("memory", "512")], since: config)
            let second = try #require(await host.machines(of: "app").last)
            try await scene.client.stop(second.place)
            #expect(try await host.machines(of: "app").first?.drift == ["its hardware was changed"])
            let (members, hasChanged) = try await fleet.run()
            #expect(hasChanged && members.allSatisfy { $0.drift.isEmpty && $0.state == "healthy" })
            #expect(await machines(scene).allSatisfy { $0.config["memory"] == "2048" && $0.isRunning })
            #expect(scene.server.violations == [])
        }
    }

    @Test func goesOnWhereverItIsBrokenOff() async throws {
        try await ProxmoxScene.with(Self.shared) { scene in
            for version in 1...2 { try await scene.deploy(version, try plan(scene)) }
            let fleet = try deployment(try order(2), scene)
            for number in stride(from: 4, to: 100, by: 24) {
                let running = Task { try await fleet.run() }
                let base = scene.server.requests.count
                while scene.server.requests.count < base + number, !running.isCancelled {
                    try await Task.sleep(for: .milliseconds(1))
                    if await machines(scene).count == 2, await machines(scene).allSatisfy(\.isRunning) { break }
                }
                running.cancel()
                _ = try? await running.value
                let members = try await fleet.run().machines
                #expect(members.map(\.name) == ["app-1", "app-2"], "at request \(number)")
                #expect(members.allSatisfy { $0.state == "healthy" }, "at request \(number)")
                let host = try await ProxmoxHost(scene.client)
                for machine in try await host.machines(of: "app") {
                    try await host.remove(machine, shutdown: .seconds(1))
                }
                #expect(await machines(scene) == [], "at request \(number)")
            }
            #expect(scene.server.violations == [])
        }
    }

    @Test func leavesOthersOfItsNamesAlone() async throws {
        try await ProxmoxScene.with(.crowded()) { scene in
            let others = await Surroundings(of: scene.server)
            try await scene.deploy(1)
            // A stranger is called web-1, so that there is no such machine of ours.
            let order = try ProxmoxFleetOrder(name: "web", count: 1)
            let fleet = ProxmoxFleetDeployment(order, from: try scene.plan(), through: scene.client)
            let error = await #expect(throws: RolloutError.self) { try await fleet.run() }
            let text = "\(try #require(error))"
            #expect(text.contains("202 on pve1 is called 'web-1' and is not a machine of ours"))
            #expect(await others.now(on: scene.server) == others)
            #expect(await scene.leftovers() == [])
            #expect(scene.server.violations == [])
        }
    }

    @Test func asksAGuestToEndBeforeItIsSwitchedOff() async throws {
        try await ProxmoxScene.with(Self.shared) { scene in
            try await scene.deploy(1, try plan(scene))
            _ = try await deployment(try order(1), scene).run()
            _ = try await deployment(try order(0), scene).run()
            let ends = scene.server.requests.filter { $0.path.hasSuffix("/status/shutdown") }
            #expect(ends.count == 1 && ends[0].parameters["timeout"] == .string("30"))
            #expect(await machines(scene) == [])
            #expect(scene.server.violations == [])
        }
    }
}
