import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import Testing

@testable import Deployment

/// The life of a template on a cluster, each request held to the vendor's schema.
struct TemplateStoryTests {
    @Test func goesFromTheFirstDeploymentOverUpgradesToARollback() async throws {
        try await ProxmoxScene.with { scene in
            await scene.server.watchTemplate(named: "web", tag: "imagefactory-current")
            let first = try await scene.deploy(1)
            #expect(first.map(\.isNew) == [true])
            #expect(first.map(\.replaced) == [[]])
            let second = try await scene.deploy(2)
            #expect(second.map(\.replaced) == [first.map(\.vmid)])
            #expect(second.map(\.vmid) != first.map(\.vmid))
            let uploads = scene.server.requests.count { $0.path.hasSuffix("/upload") }
            let back = try await scene.deploy(1)
            #expect(back.map(\.vmid) == first.map(\.vmid), "what is still there is not made again")
            #expect(back.map(\.replaced) == [second.map(\.vmid)])
            #expect(scene.server.requests.count { $0.path.hasSuffix("/upload") } == uploads)
            #expect(await scene.currentTemplates().map(\.vmid) == first.map(\.vmid))
            #expect(await scene.leftovers() == [])
            #expect(scene.server.violations == [])
        }
    }

    @Test func doesNothingTwice() async throws {
        try await ProxmoxScene.with { scene in
            let first = try await scene.deploy(1)
            let requests = scene.server.requests.count
            let again = try await scene.deploy(1)
            #expect(again.map(\.vmid) == first.map(\.vmid))
            #expect(again.map(\.isNew) == [false])
            let changes = scene.server.requests.dropFirst(requests).filter { $0.method != "GET" }
            #expect(changes == [])
            #expect(scene.server.violations == [])
        }
    }

    @Test func keepsAsManyAsItIsTold() async throws {
        try await ProxmoxScene.with { scene in
            var plan = try scene.plan()
            plan.keep = 2
            var numbers: [Int] = []
            for version in 1...4 {
                let deployed = try await scene.deploy(version, plan)
                numbers += deployed.map(\.vmid)
                #expect(deployed.map(\.removed) == [version > 2 ? [numbers[version - 3]] : []])
            }
            #expect(await scene.server.machines().map(\.vmid).sorted() == Array(numbers.suffix(2)).sorted())
            #expect(scene.server.violations == [])
        }
    }

    @Test func keepsATemplateThatClonesAreLinkedTo() async throws {
        try await ProxmoxScene.with { scene in
            var plan = try scene.plan()
            plan.keep = 1
            let first = try await scene.deploy(1, plan)
            let machines = try MachinePlan(name: "app", count: 1)
            _ = try await MachineDeployment(of: machines, from: plan, through: scene.client).run()
            let second = try await scene.deploy(2, plan)
            #expect(second.map(\.removed) == [[]])
            #expect(await scene.server.machines().contains { $0.vmid == first[0].vmid && $0.isTemplate })
            _ = try await MachineDeployment(of: machines, from: plan, through: scene.client).remove()
            let third = try await scene.deploy(3, plan)
            #expect(third[0].removed.sorted() == (first + second).map(\.vmid).sorted())
            #expect(scene.server.violations == [])
        }
    }

    @Test(arguments: [false, true])
    func servesThreeNodes(_ isShared: Bool) async throws {
        try await ProxmoxScene.with(.usual(nodes: 3, hasSharedStorage: true)) { scene in
            let watched: [String?] = isShared ? [nil] : ["pve1", "pve2", "pve3"]
            for node in watched {
                await scene.server.watchTemplate(named: "web", tag: "imagefactory-current", on: node)
            }
            let storage = isShared ? "shared" : "local-lvm"
            let plan = try scene.plan(storage: storage, importStorage: "shared")
            for version in 1...2 {
                let deployed = try await scene.deploy(version, plan)
                #expect(
                    deployed.map(\.nodes) == (isShared ? [["pve1", "pve2", "pve3"]] : [["pve1"], ["pve2"], ["pve3"]]))
            }
            #expect(scene.server.requests.count { $0.path.hasSuffix("/upload") } == 2, "once for each version")
            #expect(await scene.currentTemplates().count == (isShared ? 1 : 3))
            #expect(await scene.leftovers() == [])
            #expect(scene.server.violations == [])
        }
    }

    @Test func uploadsToEachNodeWithStorageOfItsOwn() async throws {
        try await ProxmoxScene.with(.usual(nodes: 2)) { scene in
            try await scene.deploy(1)
            let nodes = scene.server.requests.filter { $0.path.hasSuffix("/upload") }.map(\.path)
            #expect(nodes == ["/nodes/pve1/storage/local/upload", "/nodes/pve2/storage/local/upload"])
            #expect(await scene.currentTemplates().map(\.node).sorted() == ["pve1", "pve2"])
            #expect(scene.server.violations == [])
        }
    }

    @Test func swapsNowhereBeforeAllNodesAreReady() async throws {
        var model = ClusterModel.usual(nodes: 2)
        model.guest.run = { name, _ in .init(exitCode: name.hasPrefix("web-canary") ? 1 : 0, output: "a unit failed") }
        try await ProxmoxScene.with(model) { scene in
            var plan = try scene.plan()
            let first = try await scene.deploy(1, plan)
            plan.checks = ["systemctl --failed --quiet"]
            let error = await #expect(throws: ProxmoxDeploymentError.self) { try await scene.deploy(2, plan) }
            let text = "\(try #require(error))"
            #expect(text.contains("a unit failed"))
            #expect(await scene.currentTemplates().map(\.vmid).sorted() == first.map(\.vmid).sorted())
            #expect(await scene.server.machines().count == 2, "the new template is gone again")
            #expect(await scene.leftovers() == [])
            #expect(scene.server.violations == [])
        }
    }

    @Test func leavesOthersAlone() async throws {
        var model = ClusterModel.usual()
        var copy = MachineModel(vmid: 300, node: "pve1", name: "copy", isTemplate: true)
        copy.config["tags"] = "imagefactory;imagefactory-current"
        copy.config["description"] = "- Role: candidate\n- VMID: 301\n- Name: web\n"
        model.machines = [MachineModel(vmid: 200, node: "pve1", name: "database"), copy]
        try await ProxmoxScene.with(model) { scene in
            let before = await scene.server.machines()
            var plan = try scene.plan()
            plan.keep = 1
            for version in 1...3 { try await scene.deploy(version, plan) }
            #expect(await scene.server.machines().filter { [200, 300].contains($0.vmid) } == before)
            #expect(scene.server.violations == [])
        }
    }

    @Test func refusesANameThatOthersHave() async throws {
        var model = ClusterModel.usual()
        model.machines = [MachineModel(vmid: 200, node: "pve1", name: "web")]
        try await ProxmoxScene.with(model) { scene in
            let error = await #expect(throws: ProxmoxDeploymentError.self) { try await scene.deploy(1) }
            guard case .nameTaken("web", let place)? = error else { throw SceneError() }
            #expect(place == MachinePlace(node: "pve1", vmid: 200))
            #expect(scene.server.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test func saysWhatItWouldDo() async throws {
        try await ProxmoxScene.with { scene in
            let plan = try scene.plan()
            let lines = try await scene.withImage(1) { image in
                try await TemplateDeployment(of: image, by: plan, through: scene.client).preview()
            }
            #expect(lines.last == "pve1: call it web, which no template is called now")
            #expect(scene.server.requests.allSatisfy { $0.method == "GET" })
            #expect(scene.server.violations == [])
        }
    }

    @Test(arguments: [ClusterModel.Release.eight, .nine])
    func knowsBothVersions(_ release: ClusterModel.Release) async throws {
        var model = ClusterModel.usual()
        model.release = release
        model.numbersAreTexts = true
        try await ProxmoxScene.with(model) { scene in
            let deployed = try await scene.deploy(1)
            #expect(deployed.map(\.isNew) == [true])
            #expect(scene.server.violations == [])
        }
    }
}
