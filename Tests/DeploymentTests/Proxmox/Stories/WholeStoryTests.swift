import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import Testing

@testable import Deployment

/// A cluster of three nodes from the first deployment to the last removal, each request held to the vendor's schema.
@Suite(.timeLimit(.minutes(5)))
struct WholeStoryTests {
    /// A story on one kind of storage.
    private struct Story {
        let scene: ProxmoxScene
        let isShared: Bool
        let plan: TemplatePlan

        init(_ scene: ProxmoxScene, isShared: Bool) throws {
            self.scene = scene
            self.isShared = isShared
            var plan = try scene.plan(
                storage: isShared ? "shared" : "local-lvm", importStorage: isShared ? "shared" : "local")
            plan.keep = 1
            plan.checks = ["true"]
            self.plan = plan
        }

        /// How many templates are needed for a release.
        var sites: Int { isShared ? 1 : 3 }

        /// Deploys a version, and expects that it is in use everywhere.
        @discardableResult
        func deploy(_ version: Int) async throws -> [DeployedTemplate] {
            let deployed = try await scene.deploy(version, plan)
            #expect(Set(deployed.flatMap(\.nodes)) == ["pve1", "pve2", "pve3"])
            #expect(await scene.currentTemplates().map(\.vmid).sorted() == deployed.map(\.vmid).sorted())
            #expect(await scene.leftovers().filter { $0.contains("import/") } == [])
            return deployed
        }

        func machines(_ name: String, _ count: Int, isFull: Bool = false) throws -> MachineDeployment {
            var machines = try MachinePlan(name: name, count: count)
            machines.shape.user = "ada"
            machines.shape.keys = ["ssh-ed25519 AAA+b/c= ada@host"]
            machines.shape.disk = .gibibytes(8)
            var plan = plan
            plan.clonesFully = isFull
            return MachineDeployment(of: machines, from: plan, through: scene.client)
        }

        /// Brings a fleet to the template that counts, and gives its machines' versions.
        func rollOut(_ count: Int) async throws -> [String] {
            var order = try ProxmoxFleetOrder(
                name: "app", count: count, strategy: .rolling(maxUnavailable: 0, maxSurge: 1))
            order.health = HealthPolicy(checks: [.command("true")], deadline: .seconds(20))
            return try await ProxmoxFleetDeployment(order, from: plan, through: scene.client).run().machines.map(
                \.version)
        }
    }

    @Test(arguments: [false, true])
    func goesFromTheFirstDeploymentToTheLastRemoval(_ isShared: Bool) async throws {
        try await ProxmoxScene.with(.crowded(nodes: 3, hasSharedStorage: true)) { scene in
            let others = await Surroundings(of: scene.server)
            for node in isShared ? [nil] : ["pve1", "pve2", "pve3"] {
                await scene.server.watchTemplate(named: "web", tag: "imagefactory-current", on: node)
            }
            let story = try Story(scene, isShared: isShared)
            let first = try await story.deploy(1)
            #expect(first.allSatisfy { $0.isNew && $0.replaced.isEmpty })
            #expect(try await story.machines("db", 3).run().map(\.node) == ["pve1", "pve2", "pve3"])
            #expect(try await story.rollOut(3) == ["v1.1.0", "v1.1.0", "v1.1.0"])
            let second = try await story.deploy(2)
            #expect(second.flatMap(\.replaced).sorted() == first.map(\.vmid).sorted())
            #expect(second.flatMap(\.removed) == [], "clones are linked to it")
            #expect(try await story.rollOut(3) == ["v1.2.0", "v1.2.0", "v1.2.0"])
            let uploads = scene.server.requests.count { $0.path.hasSuffix("/upload") }
            let back = try await story.deploy(1)
            #expect(back.map(\.vmid) == first.map(\.vmid))
            #expect(scene.server.requests.count { $0.path.hasSuffix("/upload") } == uploads, "it is there already")
            #expect(try await story.rollOut(3) == ["v1.1.0", "v1.1.0", "v1.1.0"])
            // A node on which the fleet had no machine gave the second up before.
            let third = try await story.deploy(3)
            #expect((back + third).flatMap(\.removed).sorted() == second.map(\.vmid).sorted())
            _ = try await story.machines("copy", 1, isFull: true).run()
            #expect(try await story.rollOut(0) == [])
            _ = try await story.machines("db", 3).remove()
            #expect(try await story.deploy(4).flatMap(\.removed).count == 2 * story.sites, "the first and the third")
            _ = try await story.machines("copy", 1).remove()
            let templates = await scene.server.machines().filter { $0.description.contains("kept by imagefactory") }
            #expect(templates.count == story.sites && templates.allSatisfy(\.isTemplate))
            #expect(scene.server.violations == [])
            try await removeTemplates(scene)
            #expect(await others.now(on: scene.server) == others)
            #expect(await scene.server.machines().filter { $0.description.contains("kept by imagefactory") } == [])
            try expectVendorsSchema(scene)
        }
    }

    /// What an operator does who wants no templates any more, by the same client.
    private func removeTemplates(_ scene: ProxmoxScene) async throws {
        let survey = try await Survey(of: "web", on: ["pve1", "pve2", "pve3"], scene.client)
        for machine in survey.machines { try await scene.client.destroy(machine.place) }
    }

    /// Every request was of the vendor's own schema and as it says, with nothing excepted.
    private func expectVendorsSchema(_ scene: ProxmoxScene) throws {
        // That there is no template any more after the last was removed is the one thing that is as it must be.
        #expect(scene.server.violations.filter { $0.kind != .invariant } == [])
        for request in scene.server.requests {
            let endpoint = try #require(request.endpoint, "\(request)")
            let path = endpoint.split(separator: " ").last.map(String.init) ?? ""
            #expect(!ProxmoxStandIn.pathsWithoutVendorSchema.contains(path), "\(endpoint)")
            #expect(request.isAuthenticated, "\(request)")
        }
    }
}
