import ProxmoxStandIn
import Testing

@Suite(.timeLimit(.minutes(5))) struct NodeTests {
    @Test func answersForOtherNodes() async throws {
        try await Curl.with(.usual(nodes: 3)) { curl, server in
            let status = try await curl("GET", "/cluster/status", node: "pve2").data.list ?? []
            #expect(status.compactMap { $0["ip"]?.text } == ["127.0.0.1", "127.0.0.2", "127.0.0.3"])
            #expect(status.first { $0["local"] == 1 }?["name"] == "pve2")
            #expect(try await curl("GET", "/nodes/pve3/status").status == 200)
            #expect(server.requests.map(\.node) == ["pve2", "pve1"])
        }
    }

    @Test func cannotReachANodeThatIsDown() async throws {
        try await Curl.with(.usual(nodes: 2)) { curl, server in
            await server.takeDown("pve2")
            #expect(try await curl("GET", "/nodes/pve2/status").status == 595)
            #expect(try await curl("GET", "/version", node: "pve2").exitCode == 7)
            let nodes = try await curl("GET", "/nodes").data.list?.compactMap { $0["status"]?.text }
            #expect(nodes == ["online", "offline"])
            try await server.bringUp("pve2")
            #expect(try await curl("GET", "/nodes/pve2/status").status == 200)
            #expect(try await curl("GET", "/version", node: "pve2").status == 200)
        }
    }

    @Test func runsAnUploadsTaskOnTheNodeThatTookIt() async throws {
        try await Curl.with(.usual(nodes: 2)) { curl, server in
            let task = try await curl.upload(Upload.body(), owner: "pve2", node: "pve1").task
            #expect(task.hasPrefix("UPID:pve1:"))
            #expect(try await curl.wait(for: task) == "OK")
            #expect(await server.volumes().map(\.node) == ["pve2"])
        }
    }

    @Test func clonesToAnotherNodeOnlyOverSharedStorage() async throws {
        var model = ClusterModel.usual(nodes: 2, hasSharedStorage: true)
        model.machines = [
            MachineModel(vmid: 100, node: "pve1", name: "a", isTemplate: true),
            MachineModel(vmid: 101, node: "pve1", name: "b", storage: "shared", isTemplate: true),
        ]
        try await Curl.with(model) { curl, server in
            let local = try await curl.finish(
                "POST", "/nodes/pve1/qemu/100/clone", ["newid": "200", "target": "pve2"])
            #expect(local == "500 can't clone VM to node 'pve2' (VM uses local storage)\n")
            let shared = try await curl.finish(
                "POST", "/nodes/pve1/qemu/101/clone", ["newid": "200", "target": "pve2"])
            #expect(shared == "OK")
            #expect(await server.machines().last?.node == "pve2")
        }
    }
}
