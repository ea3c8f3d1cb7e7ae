import ProxmoxStandIn
import Testing

@Suite(.timeLimit(.minutes(5))) struct MachineTests {
    /// Everything that a client does who knows the rules, in each release and in either way to write numbers.
    @Test(arguments: [ClusterModel.Release.eight, .nine], [false, true])
    func tellsAWholeStoryWithoutAViolation(release: ClusterModel.Release, numbersAreTexts: Bool) async throws {
        var model = ClusterModel.usual(nodes: 2, hasSharedStorage: true)
        model.release = release
        model.numbersAreTexts = numbersAreTexts
        model.pools = ["images"]
        try await Curl.with(model) { curl, server in
            let story = TemplateStory(curl: curl)
            try await story.runClone()
            for path in [
                "/version", "/access/permissions", "/cluster/nextid", "/cluster/resources", "/cluster/status", "/nodes",
                "/nodes/pve1/status", "/nodes/pve1/storage", "/nodes/pve1/storage/local/status",
                "/nodes/pve1/storage/local/content", "/nodes/pve1/storage/local-lvm/content",
                "/nodes/pve1/storage/local/content/local:import/disk.qcow2", "/nodes/pve1/qemu",
                "/nodes/pve1/qemu/100/config", "/nodes/pve1/qemu/101/config", "/nodes/pve1/qemu/101/status/current",
                "/nodes/pve1/network", "/nodes/pve1/certificates/info", "/nodes/pve1/tasks", "/pools", "/pools/images",
            ] {
                let reply = try await curl("GET", path)
                #expect(reply.status == 200, "\(path): \(reply.body)")
            }
            let resized = try await curl.finish(
                "PUT", "/nodes/pve1/qemu/101/resize", ["disk": "scsi0", "size": "+5G"])
            #expect(resized == "OK")
            #expect(await server.machines().last?.config["scsi0"]?.contains("size=8G") == true)
            #expect(try await curl.finish("POST", "/nodes/pve1/qemu/101/status/shutdown") == "OK")
            #expect(try await curl.finish("DELETE", "/nodes/pve1/qemu/101", ["purge": "1"]) == "OK")
            #expect(try await curl.finish("DELETE", "/nodes/pve1/qemu/100") == "OK")
            let image = "/nodes/pve1/storage/local/content/local:import/disk.qcow2"
            #expect(try await curl.finish("DELETE", image) == "OK")
            #expect(await server.machines().isEmpty)
            #expect(await server.volumes().isEmpty)
            #expect(server.violations.isEmpty)
            #expect(server.requests.allSatisfy { $0.isAuthenticated && $0.status == 200 })
        }
    }

    @Test func importsADiskAtTheSizeThatItsHeaderTells() async throws {
        try await Curl.with { curl, server in
            let story = TemplateStory(curl: curl)
            try await story.upload()
            try await story.makeTemplate(100)
            let template = try #require(await server.machines().first)
            #expect(template.isTemplate)
            #expect(template.config["scsi0"]?.hasPrefix("local-lvm:base-100-disk-1") == true)
            #expect(template.config["scsi0"]?.contains("size=3G") == true)
            #expect(template.config["ide2"] == "local-lvm:vm-100-cloudinit,media=cdrom")
            #expect(template.tags == ["golden", "imagefactory"])
            let config = try await curl("GET", "/nodes/pve1/qemu/100/config").data
            #expect(config["cores"] == 2)
            #expect(config["template"] == 1)
            #expect(config["digest"]?.text?.count == 40)
        }
    }

    @Test(arguments: [
        ("local-lvm:8,import-from=local:import/disk.qcow2", "'import-from' requires special syntax"),
        ("local-lvm:0,import-from=local:import/other.qcow2", "volume 'local:import/other.qcow2' does not exist"),
        ("local-lvm:0,import-from=/tmp/disk.qcow2", "Only root can pass arbitrary filesystem paths."),
        ("local:8", "storage 'local' does not support content-type 'images'"),
        ("elsewhere:8", "storage 'elsewhere' does not exist"),
    ])
    func refusesADriveThatCannotBe(drive: String, complaint: String) async throws {
        try await Curl.with { curl, server in
            try await TemplateStory(curl: curl).upload()
            let reply = try await curl("POST", "/nodes/pve1/qemu", ["vmid": "100", "scsi0": drive])
            #expect(reply.status >= 400)
            let words = reply.errors["scsi0"]?.text ?? reply.message
            #expect(words.contains(complaint))
            #expect(await server.machines().isEmpty)
        }
    }

    @Test func keepsATemplateThatLinkedClonesNeed() async throws {
        try await Curl.with { curl, server in
            let story = TemplateStory(curl: curl)
            try await story.runClone()
            let refusal = try await curl.finish("DELETE", "/nodes/pve1/qemu/100")
            #expect(refusal.contains("is still in use by linked cloned"))
            #expect(await server.machines().map(\.vmid) == [100, 101])
            #expect(
                try await curl.finish("DELETE", "/nodes/pve1/qemu/101") == "500 VM 101 is running - destroy failed\n")
            #expect(try await curl.finish("POST", "/nodes/pve1/qemu/101/status/stop") == "OK")
            #expect(try await curl.finish("DELETE", "/nodes/pve1/qemu/101") == "OK")
            #expect(try await curl.finish("DELETE", "/nodes/pve1/qemu/100") == "OK")
        }
    }

    @Test func refusesWhatTemplatesCannotDo() async throws {
        try await Curl.with { curl, _ in
            let story = TemplateStory(curl: curl)
            try await story.upload()
            try await story.makeTemplate(100)
            let start = try await curl.finish("POST", "/nodes/pve1/qemu/100/status/start")
            #expect(start == "you can't start a vm if it's a template")
            let again = try await curl("POST", "/nodes/pve1/qemu/100/template")
            #expect(again.message == "you can't convert a template to a template\n")
            let storage = try await curl(
                "POST", "/nodes/pve1/qemu/100/clone", ["newid": "101", "storage": "local-lvm"])
            #expect(storage.errors["storage"] == "parameter not allowed for linked clones")
        }
    }

    @Test func givesTheSameNumberToEverybodyWhoAsksBeforeItIsTaken() async throws {
        try await Curl.with { curl, server in
            #expect(try await curl("GET", "/cluster/nextid").data == "100")
            #expect(try await curl("GET", "/cluster/nextid").data == "100")
            let story = TemplateStory(curl: curl)
            try await story.upload()
            #expect(try await story.create(100) == "OK")
            #expect(
                try await story.create(100)
                    == "500 unable to create VM 100 - VM 100 already exists on node 'pve1'\n")
            #expect(try await curl("GET", "/cluster/nextid").data == "101")
            let taken = try await curl("GET", "/cluster/nextid", ["vmid": "100"])
            #expect(taken.status == 400)
            #expect(taken.errors["vmid"] == "VM 100 already exists")
            #expect(server.violations.isEmpty)
        }
    }

    @Test func changesAConfigurationOnlyByTheDigestThatItHas() async throws {
        try await Curl.with { curl, server in
            let story = TemplateStory(curl: curl)
            try await story.upload()
            try await story.makeTemplate(100)
            let path = "/nodes/pve1/qemu/100/config"
            let digest = try #require(try await curl("GET", path).data["digest"]?.text)
            #expect(try await curl("PUT", path, ["name": "golden-old", "digest": digest]).status == 200)
            let late = try await curl("PUT", path, ["name": "golden", "digest": digest])
            #expect(late.message.contains("detected modified configuration"))
            #expect(try await curl("PUT", path, ["delete": "tags"]).data == .null)
            #expect(await server.machines().map(\.name) == ["golden-old"])
            #expect(await server.machines().map(\.tags) == [[]])
        }
    }

    @Test func leavesALockedMachineAlone() async throws {
        var model = ClusterModel.usual()
        model.taskDuration = .seconds(30)
        try await Curl.with(model) { curl, _ in
            #expect(try await curl("POST", "/nodes/pve1/qemu", ["vmid": "100"]).status == 200)
            for (verb, path) in [("PUT", "/config"), ("POST", "/template"), ("DELETE", ""), ("POST", "/status/start")] {
                let reply = try await curl(verb, "/nodes/pve1/qemu/100\(path)")
                #expect(reply.message == "VM is locked (create)\n")
            }
        }
    }

    @Test func saysThatAnAgentIsNotThereYet() async throws {
        var model = ClusterModel.usual()
        model.guest.agentDelay = nil
        model.machines = [MachineModel(vmid: 100, node: "pve1", name: "web-1")]
        try await Curl.with(model) { curl, server in
            let ping = "/nodes/pve1/qemu/100/agent/ping"
            #expect(try await curl("POST", ping).message == "No QEMU guest agent configured\n")
            #expect(try await curl("PUT", "/nodes/pve1/qemu/100/config", ["agent": "1"]).status == 200)
            #expect(try await curl.finish("POST", "/nodes/pve1/qemu/100/status/start") == "OK")
            let reply = try await curl("POST", ping)
            #expect(reply.status == 500)
            #expect(reply.message == "QEMU guest agent is not running\n")
            #expect(server.violations.isEmpty)
        }
    }

    @Test func letsAnAgentAnswerOnceItsGuestRuns() async throws {
        var model = ClusterModel.usual()
        model.guest.run = { name, command in
            GuestModel.CommandResult(output: "\(name): \(command.joined(separator: " "))")
        }
        try await Curl.with(model) { curl, server in
            let story = TemplateStory(curl: curl)
            try await story.upload()
            try await story.makeTemplate(100)
            #expect(try await story.clone(100, to: 101) == "OK")
            let agent = "/nodes/pve1/qemu/101/agent"
            #expect(try await curl("POST", "\(agent)/ping").message == "VM 101 is not running\n")
            let change = try await curl(
                "PUT", "/nodes/pve1/qemu/101/config", ["ipconfig0": "ip=10.0.0.5/24,gw=10.0.0.1"])
            #expect(change.status == 200)
            #expect(try await curl.finish("POST", "/nodes/pve1/qemu/101/status/start") == "OK")
            #expect(try await curl("POST", "\(agent)/ping").status == 200)
            let interfaces = try await curl("GET", "\(agent)/network-get-interfaces").data["result"]?.list
            #expect(interfaces?.last?["ip-addresses"]?.list?.first?["ip-address"] == "10.0.0.5")
            let pid = try #require(
                try await curl("POST", "\(agent)/exec", ["command": "uname", "command": "-r"]).data["pid"]?.integer)
            let status = try await curl("GET", "\(agent)/exec-status", ["pid": "\(pid)"]).data
            #expect(status["out-data"] == "web-1: uname -r")
            #expect(status["exitcode"] == 0)
            #expect(server.violations.isEmpty)
        }
    }
}
