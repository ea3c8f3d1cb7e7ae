import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import Testing

@testable import Deployment

/// What is wrong with a cluster is found before anything is changed.
struct PreflightTests {
    /// What a deployment to a cluster fails with, having changed nothing.
    private func failure(
        _ model: ClusterModel, storage: String = "local-lvm", importStorage: String = "local", nodes: [String]? = nil
    ) async throws -> ProxmoxDeploymentError {
        try await ProxmoxScene.with(model) { scene in
            let plan = try scene.plan(nodes: nodes, storage: storage, importStorage: importStorage)
            let error = await #expect(throws: ProxmoxDeploymentError.self) { try await scene.deploy(1, plan) }
            #expect(scene.server.requests.allSatisfy { $0.method == "GET" })
            #expect(scene.server.violations == [])
            return try #require(error)
        }
    }

    @Test func anOlderServerIsRefused() async throws {
        var model = ClusterModel.usual()
        model.release = .old
        let text = "\(try await failure(model))"
        #expect(text.contains("8.3"))
    }

    @Test func missingRightsAreNamed() async throws {
        var model = ClusterModel.usual()
        var grant = GrantModel.everything
        grant.privileges.remove("VM.Clone")
        grant.privileges.remove("Datastore.AllocateTemplate")
        model.accounts = [AccountModel(grants: [grant])]
        let text = "\(try await failure(model))"
        #expect(text.contains("VM.Clone on /vms") && text.contains("Datastore.AllocateTemplate on /storage/local"))
        #expect(!text.contains("SDN.Use"))
    }

    @Test func theLeastRightsAreEnough() async throws {
        for release in [ClusterModel.Release.eight, .nine] {
            var model = ClusterModel.usual()
            model.release = release
            let version = try #require(ProxmoxVersion(release.version))
            let plan = try TemplatePlan(
                name: "web", nodes: nil, storage: "local-lvm", importStorage: "local", bridge: "vmbr0")
            let needs = ProxmoxNeeds(
                plan: plan, nodes: ["pve1"], version: version, way: .download(address: "", size: 1))
            let rights = (needs.rights + [needs.removal]).filter { !$0.path.hasPrefix("/nodes") }
            let grants = Dictionary(grouping: rights, by: \.path).map { path, rights in
                GrantModel(path, Set(rights.map { $0.privileges[0] }))
            }
            model.accounts = [AccountModel(grants: grants, tokenGrants: grants)]
            try await ProxmoxScene.with(model) { scene in
                var plan = try scene.plan()
                plan.checks = ["true"]
                plan.keep = 1
                for version in 1...2 { try await scene.deploy(version, plan) }
                #expect(await scene.leftovers() == [])
                #expect(scene.server.violations == [])
            }
        }
    }

    @Test func aBridgeMayBeInAZone() async throws {
        var model = ClusterModel.usual()
        model.nodes[0].bridges.append("vnet1")
        model.zones = ["vnet1": "lab"]
        var grant = GrantModel.everything
        grant.privileges.remove("SDN.Use")
        let use = GrantModel("/sdn/zones/lab/vnet1", ["SDN.Use"])
        model.accounts = [AccountModel(grants: [grant, use])]
        try await ProxmoxScene.with(model) { scene in
            var plan = try TemplatePlan(
                name: "web", nodes: nil, storage: "local-lvm", importStorage: "local", bridge: "vnet1")
            let error = await #expect(throws: ProxmoxDeploymentError.self) { try await scene.deploy(1, plan) }
            let text = "\(try #require(error))"
            #expect(text.contains("SDN.Use on /sdn/zones/localnetwork/vnet1"))
            plan.zone = "lab"
            #expect(try await scene.deploy(1, plan).map(\.isNew) == [true])
            #expect(scene.server.violations == [])
        }
    }

    @Test func nodesAndStoragesAreLookedAt() async throws {
        guard case .noNode("pve9", ["pve1"]) = try await failure(.usual(), nodes: ["pve9"]) else { throw SceneError() }
        guard case .noStorage("other", "pve1") = try await failure(.usual(), storage: "other") else {
            throw SceneError()
        }
        guard case .content("local", "pve1", "images") = try await failure(.usual(), storage: "local") else {
            throw SceneError()
        }
        guard case .content("local-lvm", "pve1", "import") = try await failure(.usual(), importStorage: "local-lvm")
        else { throw SceneError() }
    }

    @Test func aNodeThatIsDownIsNamed() async throws {
        var model = ClusterModel.usual(nodes: 2)
        model.nodes[1].isOnline = false
        guard case .offline("pve2") = try await failure(model) else { throw SceneError() }
    }

    @Test func roomIsLookedFor() async throws {
        var model = ClusterModel.usual()
        model.storages[0].foreignUse = model.storages[0].size - 1024
        guard case .space("the storage 'local'", "pve1", _, _) = try await failure(model) else { throw SceneError() }
    }

    @Test func numbersStayInTheirRange() async throws {
        var model = ClusterModel.usual()
        model.machines = [MachineModel(vmid: 9000, node: "pve1", name: "other")]
        try await ProxmoxScene.with(model) { scene in
            var plan = try scene.plan()
            plan.vmids = 9000...9002
            #expect(try await scene.deploy(1, plan).map(\.vmid) == [9001])
            let error = await #expect(throws: ProxmoxDeploymentError.self) { try await scene.deploy(2, plan) }
            guard case .noNumber(9000...9002)? = error else { throw SceneError() }
            #expect(await scene.leftovers() == [])
            #expect(scene.server.violations == [])
        }
    }
}
