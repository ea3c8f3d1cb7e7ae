import ProxmoxStandIn
import Testing

@Suite(.timeLimit(.minutes(5))) struct TaskTests {
    @Test func takesTime() async throws {
        var model = ClusterModel.usual()
        model.taskDuration = .seconds(60)
        try await Curl.with(model) { curl, server in
            let task = try await curl("POST", "/nodes/pve1/qemu", ["vmid": "100"]).task
            let status = try await curl("GET", "/nodes/pve1/tasks/\(Curl.encoded(task))/status").data
            #expect(status["status"] == "running")
            #expect(status["exitstatus"] == nil)
            #expect(server.violations.isEmpty)
        }
    }

    @Test func keepsALog() async throws {
        try await Curl.with { curl, server in
            let task = try await curl("POST", "/nodes/pve1/qemu", ["vmid": "100"]).task
            let path = "/nodes/pve1/tasks/\(Curl.encoded(task))"
            #expect(try await curl.wait(for: task) == "OK")
            let log = try await curl("GET", "\(path)/log", ["start": "1", "limit": "0"]).data
            #expect(log == [["n": 2, "t": "TASK OK"]])
            #expect(server.violations.isEmpty)
        }
    }

    @Test func undoesWhatAStoppedTaskBegan() async throws {
        var model = ClusterModel.usual()
        model.taskDuration = .seconds(30)
        try await Curl.with(model) { curl, server in
            let task = try await curl("POST", "/nodes/pve1/qemu", ["vmid": "100"]).task
            let stop = try await curl("DELETE", "/nodes/pve1/tasks/\(Curl.encoded(task))")
            #expect(stop.status == 200)
            #expect(try await curl.wait(for: task) == "interrupted by signal")
            #expect(await server.machines().isEmpty)
        }
    }

    @Test func noticesATaskThatIsAskedForAtAnotherNode() async throws {
        try await Curl.with(.usual(nodes: 2)) { curl, server in
            let task = try await curl("POST", "/nodes/pve1/qemu", ["vmid": "100"]).task
            let reply = try await curl("GET", "/nodes/pve2/tasks/\(Curl.encoded(task))/status")
            #expect(reply.status == 500)
            #expect(server.violations.map(\.kind) == [.protocolRule])
        }
    }
}
