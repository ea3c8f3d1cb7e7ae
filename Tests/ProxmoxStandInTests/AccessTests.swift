import HostSystem
import ProxmoxStandIn
import Testing

@Suite(.timeLimit(.minutes(5))) struct AccessTests {
    @Test(arguments: ["", "PVEAPIToken=factory@pve!deploy=wrong", "Bearer x"])
    func refusesAnUnknownTokenLate(authorization: String) async throws {
        var model = ClusterModel.usual()
        model.failedLoginDelay = .milliseconds(500)
        try await Curl.with(model) { curl, server in
            var curl = curl
            curl.authorization = Secret(authorization)
            let start = ContinuousClock.now
            let reply = try await curl("GET", "/version")
            #expect(reply.status == 401)
            #expect(reply.body.isEmpty)
            #expect(ContinuousClock.now - start > .milliseconds(500))
            #expect(server.violations.map(\.kind) == [.authentication])
            #expect(server.requests.map(\.isAuthenticated) == [false])
        }
    }

    @Test func takesASpaceAfterTheScheme() async throws {
        try await Curl.with { (curl, server) async throws in
            var curl = curl
            let token = "\(server.account.tokenID)=\(server.account.secret.reveal())"
            curl.authorization = Secret("PVEAPIToken \(token)")
            #expect(try await curl("GET", "/version").status == 200)
        }
    }

    static let grants: [(GrantModel, String, String, Bool)] = [
        (GrantModel("/", ["Sys.Audit"]), "GET", "/nodes/pve1/status", true),
        (GrantModel("/nodes/pve1", ["Sys.Audit"]), "GET", "/nodes/pve1/status", true),
        (GrantModel("/nodes/pve2", ["Sys.Audit"]), "GET", "/nodes/pve1/status", false),
        (GrantModel("/", ["Sys.Audit"], propagates: false), "GET", "/nodes/pve1/status", false),
        (GrantModel("/nodes", ["Sys.Modify"]), "GET", "/nodes/pve1/status", false),
        (GrantModel("/storage/local", ["Datastore.Audit"]), "GET", "/nodes/pve1/storage/local/status", true),
        (GrantModel("/storage/local-lvm", ["Datastore.Audit"]), "GET", "/nodes/pve1/storage/local/status", false),
    ]

    @Test(arguments: grants)
    func asksForRights(grant: GrantModel, verb: String, path: String, isAllowed: Bool) async throws {
        var model = ClusterModel.usual(nodes: 2)
        model.accounts = [AccountModel(grants: [grant])]
        try await Curl.with(model) { curl, server in
            let reply = try await curl(verb, path)
            #expect(reply.status == (isAllowed ? 200 : 403))
            #expect(server.violations.map(\.kind) == (isAllowed ? [] : [.right]))
            #expect(isAllowed || reply.message.hasPrefix("Permission check failed (/"))
        }
    }

    @Test func givesATokenNoMoreThanItsUserHas() async throws {
        var model = ClusterModel.usual()
        let all = GrantModel.everything
        model.accounts = [
            AccountModel(
                grants: [GrantModel("/storage", ["Datastore.Audit"]), GrantModel("/nodes", ["Sys.Audit"])],
                tokenGrants: [all, GrantModel("/nodes", ["Sys.Modify"])])
        ]
        try await Curl.with(model) { curl, _ in
            let permissions = try await curl("GET", "/access/permissions").data
            #expect(permissions == ["/storage": ["Datastore.Audit": 1]])
        }
    }

    /// The rights that a template takes, each of which is missed when it is not there.
    private static let leastRights: [(path: String, privilege: String)] = [
        ("/storage/local", "Datastore.AllocateTemplate"), ("/storage/local", "Datastore.Audit"),
        ("/storage/local-lvm", "Datastore.AllocateSpace"), ("/vms", "VM.Allocate"), ("/vms", "VM.Clone"),
        ("/vms", "VM.PowerMgmt"), ("/vms", "VM.Config.Disk"), ("/vms", "VM.Config.CPU"),
        ("/vms", "VM.Config.Memory"), ("/vms", "VM.Config.Network"), ("/vms", "VM.Config.HWType"),
        ("/vms", "VM.Config.Options"), ("/sdn/zones/localnetwork/vmbr0", "SDN.Use"),
    ]

    @Test(arguments: [nil] + leastRights.indices.map { $0 })
    func missesEachRightThatATemplateTakes(left: Int?) async throws {
        let rights = Self.leastRights.enumerated().filter { $0.offset != left }.map(\.element)
        let grants = Dictionary(grouping: rights) { $0.path }.map { GrantModel($0.key, Set($0.value.map(\.privilege))) }
        var model = ClusterModel.usual()
        model.accounts = [AccountModel(grants: grants)]
        try await Curl.with(model) { curl, server in
            let story = TemplateStory(curl: curl)
            let upload = try await curl.upload(Upload.body())
            if upload.status == 200 { _ = try await curl.wait(for: upload.task) }
            _ = try await story.create(100)
            _ = try await curl.finish("POST", "/nodes/pve1/qemu/100/template")
            _ = try await story.clone(100, to: 101)
            _ = try await curl.finish("POST", "/nodes/pve1/qemu/101/status/start")
            #expect(server.violations.contains { $0.kind == .right } == (left != nil))
        }
    }

    @Test func keepsOptionsOfRootFromTokens() async throws {
        try await Curl.with { curl, server in
            let reply = try await curl("POST", "/nodes/pve1/qemu", ["vmid": "100", "args": "-S"])
            #expect(reply.message == "only root can set 'args' config\n")
            #expect(server.violations.map(\.kind) == [.right])
        }
    }

    @Test func recordsNothingSecret() async throws {
        try await Curl.with { curl, server in
            let story = TemplateStory(curl: curl)
            try await story.upload()
            #expect(try await story.create(100) == "OK")
            let change = try await curl("PUT", "/nodes/pve1/qemu/100/config", ["cipassword": "hunter2-hunter2"])
            #expect(change.status == 200)
            #expect(try await curl("GET", "/nodes/pve1/qemu/100/config").data["cipassword"] == "**********")
            let record = "\(server.requests.map { "\($0) \($0.parameters)" })"
            #expect(record.contains("cipassword"))
            #expect(!record.contains("hunter2"))
            #expect(!record.contains(server.account.secret.reveal()))
        }
    }
}
