import HostSystem
import ProxmoxStandIn
import Testing

@Suite(.timeLimit(.minutes(5))) struct FaultTests {
    @Test(arguments: [500, 403, 595, 596, 401]) func refusesOnce(status: Int) async throws {
        try await Curl.with { curl, server in
            let fired = try await server.withFault(at: .request(1), .status(status)) { () async throws in
                #expect(try await curl("GET", "/version").status == 200)
                #expect(try await curl("GET", "/version").status == status)
                #expect(try await curl("GET", "/version").status == 200)
            }
            #expect(fired)
            #expect(server.violations.isEmpty)
        }
    }

    @Test func tellsWhetherAFaultMetItsRequest() async throws {
        try await Curl.with { curl, server in
            let fired = try await server.withFault(at: .endpoint("GET /nodes"), .status(500)) { () async throws in
                #expect(try await curl("GET", "/version").status == 200)
            }
            #expect(!fired)
            #expect(try await curl("GET", "/nodes").status == 200)
        }
    }

    @Test func refusesConnectionsUntilItRecovers() async throws {
        try await Curl.with { curl, server in
            try await server.withFault(at: .request(1), .refuseConnections) { () async throws in
                #expect(try await curl("GET", "/version").status == 200)
                // 7: the connection was refused.
                #expect(try await curl("GET", "/version").exitCode == 7)
                #expect(try await curl("GET", "/version").exitCode == 7)
            }
            try await server.recover()
            #expect(try await curl("GET", "/version").status == 200)
        }
    }

    @Test func resetsInTheMiddleOfAnUpload() async throws {
        var model = ClusterModel.usual()
        model.looksIntoImports = false
        try await Curl.with(model) { curl, server in
            let body = Upload.body([UInt8](repeating: 7, count: 4 << 20))
            let fired = try await server.withFault(
                at: .endpoint("POST /nodes/{node}/storage/{storage}/upload"), .reset(afterBytes: 1 << 20)
            ) {
                let reply = try await curl.upload(body)
                #expect(reply.status == 0)
                #expect([55, 56, 35].contains(reply.exitCode))
            }
            #expect(fired)
            #expect(await server.volumes().isEmpty)
            #expect(try await curl.wait(for: curl.upload(body).task) == "OK")
        }
    }

    @Test func cutsAnAnswer() async throws {
        try await Curl.with { curl, server in
            try await server.withFault(at: .request(0), .truncateReply) {
                let reply = try await curl("GET", "/version")
                // 18: fewer bytes than announced.
                #expect(reply.exitCode == 18 || reply.exitCode == 56)
                #expect(reply.data == .null)
            }
        }
    }

    @Test func losesAnAnswerToWorkThatIsDone() async throws {
        try await Curl.with { curl, server in
            try await server.withFault(at: .request(0), .loseReply) { () async throws in
                #expect(try await curl("POST", "/nodes/pve1/qemu", ["vmid": "100"]).status == 0)
            }
            #expect(await server.machines().map(\.vmid) == [100])
            #expect(server.requests.map(\.status) == [nil])
        }
    }

    @Test func neverAnswers() async throws {
        try await Curl.with { curl, server in
            try await server.withFault(at: .request(0), .hang) { () async throws in
                // 28: it took too long.
                #expect(try await curl("GET", "/version", options: ["--max-time", "1"]).exitCode == 28)
            }
        }
    }

    @Test func failsATask() async throws {
        try await Curl.with { curl, server in
            try await server.withFault(at: .request(0), .failTask("disk is on fire")) { () async throws in
                #expect(try await curl.finish("POST", "/nodes/pve1/qemu", ["vmid": "100"]) == "disk is on fire")
            }
            #expect(await server.machines().isEmpty)
        }
    }

    @Test func leavesATaskWithoutAnEnd() async throws {
        try await Curl.with { curl, server in
            try await server.withFault(at: .request(0), .endlessTask) {
                let task = try await curl("POST", "/nodes/pve1/qemu", ["vmid": "100"]).task
                try await Task.sleep(for: .milliseconds(200))
                let status = try await curl("GET", "/nodes/pve1/tasks/\(Curl.encoded(task))/status")
                #expect(status.data["status"] == "running")
                #expect(try await curl("DELETE", "/nodes/pve1/tasks/\(Curl.encoded(task))").status == 200)
                #expect(try await curl.wait(for: task) == "interrupted by signal")
            }
        }
    }

    @Test func restartsANodeInTheMiddleOfATask() async throws {
        var model = ClusterModel.usual(nodes: 2)
        model.taskDuration = .seconds(60)
        try await Curl.with(model) { curl, server in
            var task = ""
            try await server.withFault(at: .request(0), .restartNode(after: .seconds(5))) {
                task = try await curl("POST", "/nodes/pve1/qemu", ["vmid": "100"]).task
            }
            let path = "/nodes/pve1/tasks/\(Curl.encoded(task))/status"
            // 7: the connection was refused.
            #expect(try await curl("GET", path).exitCode == 7)
            var reply = try await curl("GET", path, node: "pve2")
            #expect(reply.status == 595)
            while reply.status == 595 { reply = try await curl("GET", path, node: "pve2") }
            #expect(reply.data["exitstatus"] == "unexpected status")
            // What the task had begun is still there, and locked.
            #expect(await server.machines().map(\.lock) == ["create"])
        }
    }

    @Test func corruptsAnUpload() async throws {
        try await Curl.with { curl, server in
            try await server.withFault(at: .request(0), .corruptUpload) {
                let task = try await curl.upload(Upload.body()).task
                #expect(try await curl.wait(for: task).hasPrefix("checksum mismatch"))
            }
        }
    }

    @Test func fillsAStorageUntilItRecovers() async throws {
        try await Curl.with { curl, server in
            try await server.withFault(at: .request(0), .fillStorage) {
                let task = try await curl.upload(Upload.body()).task
                #expect(try await curl.wait(for: task) == "write failed: No space left on device")
            }
            try await server.recover()
            #expect(try await curl.wait(for: curl.upload(Upload.body()).task) == "OK")
        }
    }

    @Test func letsOthersBeFaster() async throws {
        try await Curl.with { curl, server in
            let story = TemplateStory(curl: curl)
            try await story.upload()
            try await server.withFault(at: .endpoint("POST /nodes/{node}/qemu"), .takeVMID) { () async throws in
                #expect(try await story.create(100).contains("VM 100 already exists"))
            }
            try await server.withFault(at: .endpoint("POST /nodes/{node}/qemu"), .takeName) {
                try await story.makeTemplate(101)
            }
            #expect(await server.machines().filter { $0.name == "golden" }.count == 2)
            try await server.withFault(at: .endpoint("DELETE /nodes/{node}/qemu/{vmid}"), .useTemplate) {
                let refusal = try await curl.finish("DELETE", "/nodes/pve1/qemu/101")
                #expect(refusal.contains("is still in use by linked cloned"))
            }
            #expect(server.violations.isEmpty)
        }
    }
}
