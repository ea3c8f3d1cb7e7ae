import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import ProxmoxStandIn
import SystemPackage
import Testing

/// `deploy proxmox` as people use it: from signed tags to a template, with the program itself.
@Suite(.timeLimit(.minutes(10)))
struct DeployProxmoxTests {
    /// A repository with signed releases in its channels, and a cluster.
    private struct Scene {
        let shared: SharedRepository
        let ada: Clone
        let server: ProxmoxStandIn

        var token: String { "\(server.account.tokenID)=\(server.account.secret.reveal())" }

        func deploy(_ words: [String], trust: [String]? = nil) async throws -> FactoryRun {
            let cluster = ["--endpoint", server.endpoint] + (trust ?? ["--ca-file", server.caFile.string])
            let place = ["--storage", "local-lvm", "--import-storage", "local"]
            return try await FactoryRun(
                ["deploy", "proxmox"] + words + cluster + place, in: ada.folder, state: shared.root.appending("state"),
                environment: ["PROXMOX_TOKEN": token])
        }

        func run(_ words: String...) async throws -> FactoryRun {
            try await FactoryRun(words, in: ada.folder, state: shared.root.appending("state"))
        }
    }

    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        var model = ClusterModel.usual()
        model.looksIntoImports = false
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await ProxmoxStandIn.with(model) { server in
                try await body(Scene(shared: shared, ada: ada, server: server))
                #expect(server.violations == [])
            }
        }
    }

    @Test func followsAChannelForwardAndBack() async throws {
        try await withScene { scene in
            await scene.server.watchTemplate(named: "web")
            let channel = ["web", "--channel", "prod"]
            let empty = try await scene.deploy(channel)
            #expect(empty.status == 69 && empty.talk.contains("golden's channel prod holds nothing"), "\(empty.talk)")
            var outputs: [String] = []
            for version in ["v1.0.0", "v1.1.0"] {
                try await scene.shared.place(version, by: scene.ada, upTo: .prod)
                let plan = try await scene.deploy(channel + ["--dry-run"])
                #expect(plan.status == 0 && plan.output.contains("call it web"), "\(plan.talk)")
                let run = try await scene.deploy(channel)
                #expect(run.status == 0, "\(run.talk)")
                outputs.append(run.output)
            }
            #expect(outputs == ["web  100  pve1  v1.0.0  now\n", "web  101  pve1  v1.1.0  now\n"])
            let back = try await scene.run("rollback", "web", "--channel", "prod", "--reason", "slow")
            #expect(back.status == 0, "\(back.talk)")
            #expect(try await scene.deploy(channel).output == "web  100  pve1  v1.0.0  now\n")
            #expect(try await scene.deploy(channel).output == "web  100  pve1  v1.0.0  already\n")
        }
    }

    @Test func makesMachines() async throws {
        try await withScene { scene in
            try await scene.shared.place("v1.0.0", by: scene.ada, upTo: .prod)
            let key = scene.shared.root.appending("ada.pub").string
            let machines = ["--name", "app", "--count", "2", "--ssh-key", key, "--ci-user", "ada", "--format", "json"]
            let run = try await scene.deploy(["web", "--channel", "prod"] + machines)
            #expect(run.status == 0, "\(run.talk)")
            let again = try await scene.deploy(["web", "--clone"] + machines)
            #expect(again.status == 0 && again.output.contains("\"state\" : \"kept\""), "\(again.output) \(again.talk)")
            let removed = try await scene.deploy(["web", "--remove-machines", "--name", "app", "--count", "2"])
            #expect(removed.status == 0, "\(removed.talk)")
            #expect(await scene.server.machines().map(\.name) == ["web"])
        }
    }

    @Test func refusesWhatDoesNotVerify() async throws {
        try await withScene { scene in
            try await scene.shared.place("v1.0.0", by: scene.ada, upTo: .prod)
            let release = scene.shared.root.appending("releases/web/v1.0.0")
            let image = release.appending("web-v1.0.0.raw")
            let bytes = try image.readBytes()
            try image.write(bytes.map { $0 ^ 1 })
            for words in [["web", "--channel", "prod"], ["web/v1.0.0"], [release.string]] {
                let run = try await scene.deploy(words)
                #expect(run.status == 65, "\(words): \(run.talk)")
            }
            try image.write(bytes)
            try release.appending("SHA256SUMS.sig").remove()
            #expect(try await scene.deploy(["web/v1.0.0"]).status == 65)
            #expect(scene.server.requests == [], "the cluster was not even asked")
        }
    }

    @Test func refusesWhatWasRevoked() async throws {
        try await withScene { scene in
            try await scene.shared.place("v1.0.0", by: scene.ada, upTo: .prod)
            #expect(try await scene.run("revoke", "web", "v1.0.0", "--reason", "a hole").status == 0)
            let policy = scene.shared.root.appending("policy.yaml")
            try policy.write("require: []\n".utf8)
            let named = [["web/v1.0.0"], ["web", "--version", "v1.0.0"]].map { $0 + ["--policy", policy.string] }
            for words in [["web", "--channel", "prod"]] + named {
                let run = try await scene.deploy(words)
                #expect(run.status == 65 && run.talk.contains("a hole"), "\(words): \(run.talk)")
            }
            #expect(scene.server.requests == [])
        }
    }

    @Test func keepsTheTokenToItself() async throws {
        try await withScene { scene in
            try await scene.shared.place("v1.0.0", by: scene.ada, upTo: .prod)
            let channel = ["web", "--channel", "prod"]
            let other = Array(repeating: "AB", count: 32).joined(separator: ":")
            let wrong = try await scene.deploy(channel, trust: ["--fingerprint", other])
            #expect(wrong.status == 69 && wrong.talk.contains("nothing was sent"), "\(wrong.talk)")
            #expect(scene.server.receivedBytes == 0)
            let right = try await scene.deploy(channel, trust: ["--fingerprint", scene.server.fingerprint])
            #expect(right.status == 0, "\(right.talk)")
            let secret = scene.server.account.secret.reveal()
            for text in [wrong.talk, wrong.output, right.talk, right.output] { #expect(!text.contains(secret)) }
        }
    }

    @Test func printsRightsAndRefusesWhatCannotBe() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-deploy") { state in
            func run(_ words: String...) async throws -> FactoryRun {
                try await FactoryRun(["deploy", "proxmox"] + words, state: state)
            }
            let role = try await run("--print-role", "--storage", "lvm", "--import-storage", "local")
            #expect(role.status == 0 && role.output.contains("VM.Monitor") && role.output.contains("VM.GuestAgent"))
            #expect(role.output.contains("pveum acl modify /storage/lvm"))
            let place = ["web", "--endpoint", "https://pve1", "--storage", "lvm"]
            for words in [
                ["web"], ["web", "--endpoint", "http://pve1", "--storage", "lvm"], place + ["--clone"],
                place + ["--fingerprint", "AB:CD"], place + ["--ca-file", "x", "--fingerprint", "AB"],
                place + ["--name", "app", "--count", "2", "--ip", "192.0.2.1/24"], place + ["--vmid-range", "9-1"],
                place + ["--keep", "0"], place + ["--channel", "prod", "--unsigned"],
            ] {
                let refused = try await FactoryRun(["deploy", "proxmox"] + words, state: state)
                #expect(refused.status == 64, "\(words): \(refused.talk)")
            }
        }
    }
}
