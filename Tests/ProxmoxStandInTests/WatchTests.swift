import ProxmoxStandIn
import Testing

@Suite(.timeLimit(.minutes(5))) struct WatchTests {
    @Test func noticesTheInstantWithoutATemplate() async throws {
        try await Curl.with { curl, server in
            await server.watchTemplate(named: "golden")
            let story = TemplateStory(curl: curl)
            try await story.upload()
            try await story.makeTemplate(100)
            #expect(server.violations.isEmpty)
            #expect(try await curl.finish("DELETE", "/nodes/pve1/qemu/100") == "OK")
            try await story.makeTemplate(100)
            let violation = try #require(server.violations.first)
            #expect(violation.kind == .invariant)
            #expect(violation.request.map { server.requests[$0].method } == "DELETE")
            #expect(server.violations.count == 1)
        }
    }

    @Test(arguments: [true, false]) func tellsTheRightOrderOfASwapFromTheWrongOne(newFirst: Bool) async throws {
        try await Curl.with { curl, server in
            await server.watchTemplate(named: "golden", on: "pve1")
            let story = TemplateStory(curl: curl)
            try await story.upload()
            try await story.makeTemplate(100)
            try await story.makeTemplate(101, name: "golden-new")
            let renames = [(101, "golden"), (100, "golden-old")]
            for (vmid, name) in newFirst ? renames : renames.reversed() {
                #expect(try await curl("PUT", "/nodes/pve1/qemu/\(vmid)/config", ["name": name]).status == 200)
            }
            #expect(server.violations.map(\.kind) == (newFirst ? [] : [.invariant]))
        }
    }

    @Test func asksForATemplateOnItsNode() async throws {
        var model = ClusterModel.usual(nodes: 2)
        model.machines = [
            MachineModel(vmid: 100, node: "pve1", name: "golden", isTemplate: true),
            MachineModel(vmid: 101, node: "pve2", name: "golden", isTemplate: true),
        ]
        try await Curl.with(model) { (curl, server) async throws in
            await server.watchTemplate(named: "golden")
            await server.watchTemplate(named: "golden", on: "pve2")
            #expect(try await curl.finish("DELETE", "/nodes/pve2/qemu/101") == "OK")
            #expect(server.violations.map(\.message) == ["there is no usable template 'golden' on pve2 any more"])
        }
    }
}
