import Attestation
import Deployment
import HostSystem
import Pipeline
import SystemPackage
import Testing

struct FleetFileTests {
    private static let whole = """
        fleet: web
        template: golden
        channel: prod
        host: qemu+ssh://kvm1/system
        count: 3
        machine: { cpus: 4, memory: 512MiB, disk: 20GiB, network: none, pool: fast, copy: full }
        ssh-keys: [ada.pub]
        user-data: data.yaml
        strategy: { kind: canary, steps: [1, 2], pause: 5min }
        health: { checks: [tcp:22, "command:true"], timeout: 90s }
        """

    private func read(_ files: [String: String]) async throws -> [FleetFile] {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-fleets") { root in
            let folder = root.appending("fleets")
            try folder.createFolder()
            try root.appending("secret").write("ssh-ed25519 AAAA\n".utf8)
            try folder.appending("ada.pub").write("ssh-ed25519 AAAA ada\n".utf8)
            try folder.appending("data.yaml").write("#cloud-config\n".utf8)
            try await Program.run("ln", ["-s", "../secret", folder.appending("link").string], deadline: .seconds(10))
            try await Program.run(
                "mv", [folder.appending("data.yaml").string, folder.appending("data").string], deadline: .seconds(10))
            for (name, text) in files { try folder.appending(name).write(text.utf8) }
            return try FleetFileReader.fleets(in: folder)
        }
    }

    @Test func readsAllOfAFleet() async throws {
        let fleet = try #require(await read(["web.yaml": Self.whole.replacing("data.yaml", with: "data")]).first)
        #expect(fleet.template == "golden")
        #expect(fleet.source == .channel(.prod))
        #expect(fleet.host == "qemu+ssh://kvm1/system")
        #expect(fleet.order.count == 3)
        #expect(
            fleet.order.shape
                == MachineShape(
                    cpus: 4, memory: .mebibytes(512), disk: .gibibytes(20), network: nil, pool: "fast", isFullCopy: true
                ))
        #expect(fleet.order.seed == CloudSeed(keys: ["ssh-ed25519 AAAA ada"], userData: "#cloud-config\n"))
        #expect(fleet.order.strategy == .canary(steps: [1, 2], pause: .seconds(300)))
        #expect(fleet.order.health == HealthPolicy(checks: [.tcp(22), .command("true")], deadline: .seconds(90)))
    }

    @Test func fillsInWhatIsUsual() async throws {
        let fleet = try #require(
            await read(["web.yaml": "fleet: web\ntemplate: golden\nversion: v1.2.0\ncount: 1\n"]).first)
        #expect(fleet.source == .version("v1.2.0"))
        #expect(fleet.host == "qemu:///system")
        #expect(fleet.order == FleetOrder(name: "web", count: 1, shape: MachineShape()))
    }

    @Test func takesARangeOfAChannel() async throws {
        let start = "fleet: web\ntemplate: golden\ncount: 1\nversions: 1.x\n"
        let range = try #require(VersionRange("1.x"))
        let following = try await read(["web.yaml": "\(start)channel: prod\n"])
        #expect(following.map(\.source) == [.range(range, in: .prod)])
        let pinned = try await read(["web.yaml": "\(start)version: v1.2.0\nfollow: prod\n"])
        #expect(pinned.map(\.source) == [.version("v1.2.0")])
        #expect(pinned.first?.pin?.range == range)
    }

    @Test(arguments: [
        "fleet: web\ntemplate: golden\ncount: 1\n",
        "fleet: web\ntemplate: golden\nchannel: prod\nversion: v1.2.0\ncount: 1\n",
        "fleet: web\ntemplate: golden\nversion: latest\ncount: 1\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nmachine: { data: [db] }\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nmachine: { data: [db:1GiB, db:2GiB] }\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nmachine: { data: [db:1GiB] }\nstrategy: { kind: blue-green }\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nmachine: { memory: 63MiB }\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nmachine: { store: \"zfs:rpool/images\", copy: full }\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nstrategy: { kind: rolling, switch: /bin/true }\n",
        "fleet: web\ntemplate: golden\nversion: v1.2.0\nversions: 1.x\ncount: 1\n",
        "fleet: web\ntemplate: golden\nchannel: prod\nversions: newest\ncount: 1\n",
        "fleet: web\ntemplate: golden\nchannel: prod\nfollow: prod\ncount: 1\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nhealth: { agent: false, checks: [agent] }\n",
        "fleet: Web\ntemplate: golden\nchannel: prod\ncount: 1\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: -1\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nmachines: {}\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nstrategy: { kind: recreate, max-surge: 1 }\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nhealth: { checks: [ping] }\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nssh-keys: [nobody.pub]\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nssh-keys: [../secret]\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nssh-keys: [/etc/passwd]\n",
        "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\nuser-data: link\n",
    ])
    func refusesWhatIsNoFleet(text: String) async throws {
        await #expect(throws: YAMLError.self) { _ = try await read(["web.yaml": text]) }
    }

    @Test func refusesTwoFilesOfOneFleet() async throws {
        let text = "fleet: web\ntemplate: golden\nchannel: prod\ncount: 1\n"
        await #expect(throws: YAMLError.self) { _ = try await read(["a.yaml": text, "b.yaml": text]) }
    }

    @Test func refusesAFolderWithoutFleets() async throws {
        await #expect(throws: FleetFolderError.self) { _ = try await read([:]) }
    }
}
