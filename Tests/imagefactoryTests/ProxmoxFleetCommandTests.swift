import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import SystemPackage
import Testing
import VirtualMachineTestSupport

/// `deploy proxmox --strategy` and `fleet … --endpoint`, with the program itself.
@Suite(.timeLimit(.minutes(5)))
struct ProxmoxFleetCommandTests {
    private func run(_ yard: ProxmoxYard, _ words: [String], status: Int = 0) async throws -> String {
        let ending = try await yard.program(words).run(deadline: .seconds(120))
        #expect(ending.status == status, "\(words): \(ending.talk)")
        return ending.output
    }

    /// Upgrades the template, and keeps those before.
    private func deploy(_ yard: ProxmoxYard, _ version: Int) async throws {
        _ = try await run(yard, yard.deployment(version, ["--keep", "3"]).arguments)
    }

    @Test func aFleetIsMadeShownUpgradedTakenBackAndRemoved() async throws {
        try await ProxmoxYard.with(.crowded(nodes: 2, hasSharedStorage: true)) { yard in
            let others = await Surroundings(of: yard.server)
            try await deploy(yard, 0)
            let fleet =
                ["deploy", "proxmox", "web", "--clone", "--name", "app", "--count", "2", "--strategy", "rolling"]
                + ["--health", "command:true", "--ci-user", "ada"] + yard.cluster + yard.place
            let steps = try await run(yard, fleet + ["--dry-run"])
            #expect(steps == "create 1\ncreate 2\nwait for 1\nwait for 2\n")
            let made = try await run(yard, fleet)
            #expect(made.contains("app-1") && made.contains("app-2") && made.contains("web v1.0.0"))
            let list = try await run(yard, ["fleet", "list"] + yard.cluster)
            #expect(list.contains("app") && list.contains("web v1.0.0"))
            try await deploy(yard, 1)
            _ = try await run(yard, fleet)
            #expect(try await run(yard, ["fleet", "status", "app"] + yard.cluster).contains("web v1.1.0"))
            let back = ["fleet", "rollback", "app"] + yard.cluster + yard.trust
            #expect(try await run(yard, back + ["--dry-run"]).contains("remove 1"))
            _ = try await run(yard, back)
            let status = try await run(yard, ["fleet", "status", "app", "--format", "json"] + yard.cluster)
            #expect(status.contains("\"version\" : \"v1.0.0\"") && !status.contains("v1.1.0"))
            // What it went back from is nothing to go back to.
            _ = try await run(yard, back, status: 69)
            let removed = try await run(yard, ["fleet", "delete", "app", "--format", "json"] + yard.cluster)
            #expect(removed.contains("app-1") && removed.contains("app-2"))
            _ = try await run(yard, ["fleet", "status", "app"] + yard.cluster, status: 69)
            #expect(await yard.leftovers() == [])
            #expect(await others.now(on: yard.server) == others)
            #expect(yard.server.violations == [])
        }
    }

    @Test func aReleaseThatDoesNotVerifyIsNotGoneBackTo() async throws {
        try await ProxmoxYard.with { yard in
            let fleet =
                ["deploy", "proxmox", "web", "--clone", "--name", "app", "--strategy", "recreate"] + yard.cluster
                + yard.place
            for version in 0...1 {
                try await deploy(yard, version)
                _ = try await run(yard, fleet)
            }
            try yard.release(0).appending("SHA256SUMS.sig").remove()
            let back = ["fleet", "rollback", "app"] + yard.cluster + yard.trust
            _ = try await run(yard, back, status: 65)
            #expect(try await run(yard, ["fleet", "list"] + yard.cluster).contains("web v1.1.0"))
            #expect(yard.server.violations == [])
        }
    }

    @Test func refusesWhatDoesNotGoTogether() async throws {
        try await ProxmoxYard.with { yard in
            let place = yard.cluster + yard.place
            let clone = ["deploy", "proxmox", "web", "--clone", "--strategy", "rolling"] + place
            let none = ["fleet", "rollback", "app", "--count", "0"] + yard.cluster
            for words in [
                clone, clone + ["--name", "app", "--replace"], clone + ["--name", "app", "--ip", "192.0.2.1/24"],
                ["deploy", "proxmox", "web", "--clone", "--name", "app", "--dry-run"] + place,
                none, clone + ["--name", "app", "--canary-steps", "1"], clone + ["--name", "app", "--sdn-zone", "a/b"],
            ] {
                _ = try await run(yard, words, status: 64)
            }
            #expect(yard.server.requests.isEmpty)
        }
    }
}
