import Foundation
import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import Synchronization
import SystemPackage
import Testing
import VirtualMachineTestSupport

/// What is secret reaches nobody, whoever repeats it: neither people nor files nor other users of the host.
///
/// One after the other, since one looks for what another shows on purpose.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ProxmoxSecretTests {
    private static let password = "correct-horse-battery-staple"

    /// The program, making a machine with a password.
    private func program(_ yard: ProxmoxYard, _ version: Int, _ words: [String] = []) -> FactoryProcess {
        var program = yard.deployment(
            version, ["--name", "app", "--ci-user", "ada", "--ci-password", "env:APP_PASSWORD"] + words)
        program.environment["APP_PASSWORD"] = Self.password
        return program
    }

    private func secrets(_ yard: ProxmoxYard) -> [String] { [yard.server.account.secret.reveal(), Self.password] }

    /// Runs the program, and looks at every request whether a command line on this host tells a secret.
    private func run(_ program: FactoryProcess, _ yard: ProxmoxYard) async throws -> FactoryProcess.Ending {
        let secrets = secrets(yard)
        let told = Mutex<[String]>([])
        let looks: @Sendable (RecordedRequest) -> Bool = { _ in
            let lines = FilePath("/proc").folderEntries.filter { Int($0) != nil }.compactMap {
                (try? FilePath("/proc/\($0)/cmdline").readBytes(limit: .mebibytes(4))).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            let hits = lines.filter { line in secrets.contains { line.contains($0) } }
            told.withLock { $0 += hits }
            return false
        }
        var ending: FactoryProcess.Ending?
        try await yard.server.withFault(at: .matching(looks), .hang) {
            ending = try await program.run(deadline: .seconds(120))
        }
        #expect(told.withLock(\.self) == [])
        let end = try #require(ending)
        for secret in secrets { #expect(!end.talk.contains(secret) && !end.output.contains(secret), "\(end.status)") }
        return end
    }

    /// Expects that no file below a folder has a secret, nor what the server recorded.
    private func expectNothingKept(_ yard: ProxmoxYard) async throws {
        let recorded = yard.server.requests.map { "\($0) \($0.parameters)" }.joined()
        for secret in secrets(yard) {
            #expect(!recorded.contains(secret))
            let search = try? await Program.run(
                "grep", ["-raqF", "-e", secret, yard.folder.string], deadline: .seconds(30))
            #expect(search == nil, "a file has a secret")
        }
    }

    @Test func areInNothingThatAGoodRunLeaves() async throws {
        try await ProxmoxYard.with { yard in
            for format in ["text", "json"] {
                let end = try await run(program(yard, 1, ["--format", format]), yard)
                #expect(end.status == 0, "\(end.talk)")
            }
            let machine = try #require(await yard.server.machines().first { $0.name == "app" })
            #expect(machine.config["cipassword"] == Self.password, "the machine itself has it")
            #expect(yard.server.requests.contains { $0.parameters["cipassword"] == .string("<redacted>") })
            try await expectNothingKept(yard)
            #expect(yard.server.violations == [])
        }
    }

    @Test func areTakenOutOfWhatTheClusterAndGuestsRepeat() async throws {
        var model = ClusterModel.crowded()
        let (token, password) = (model.accounts[0].secret.reveal(), Self.password)
        let words = "with PVEAPIToken=x=\(token) and '\(password)'"
        model.guest.run = { name, _ in .init(exitCode: name == "app" ? 1 : 0, output: words) }
        try await ProxmoxYard.with(model) { yard in
            let points: [(FaultPoint, Fault, sign: String)] = [
                (.creation, .failTask("it failed \(words)"), "it failed with"),
                (
                    .endpoint("GET /nodes/{node}/storage"), .refuse(status: 500, message: "it died \(words)"),
                    "it died with"
                ),
                (
                    .occurrence(2, of: "POST /nodes/{node}/qemu/{vmid}/clone"), .failTask("no clone \(words)"),
                    "no clone with"
                ),
                (.request(100_000), .hang, "'false' ended with 1: with PVEAPIToken=x=<redacted> and '<redacted>'"),
            ]
            for (point, fault, sign) in points {
                try await yard.server.withFault(at: point, fault) {
                    let end = try await run(program(yard, 1, ["--check", "false"]), yard)
                    #expect(end.status == 1 && end.talk.contains(sign), "\(sign): \(end.talk)")
                }
            }
            try await expectNothingKept(yard)
            #expect(await yard.leftovers() == [])
        }
    }

    @Test func aWrongServerGetsNoByteOfThem() async throws {
        try await ProxmoxYard.with { yard in
            let other = Array(repeating: "AB", count: 32).joined(separator: ":")
            var wrong = program(yard, 1)
            let index = try #require(wrong.arguments.firstIndex(of: "--ca-file"))
            wrong.arguments.replaceSubrange(index...index + 1, with: ["--fingerprint", other])
            let end = try await run(wrong, yard)
            #expect(end.status == 69 && end.talk.contains("nothing was sent"), "\(end.talk)")
            #expect(yard.server.receivedBytes == 0 && yard.server.requests.isEmpty)
        }
    }

    @Test func areNoArguments() async throws {
        try await ProxmoxYard.with { yard in
            for words in [
                ["--token", "x@pve!y=\(Self.password)"], ["--ci-user", "ada", "--ci-password", Self.password],
            ] {
                let end = try await yard.deployment(1, ["--name", "app"] + words).run(deadline: .seconds(60))
                #expect(end.status == 64, "\(end.talk)")
            }
            var short = program(yard, 1)
            short.environment["APP_PASSWORD"] = "short"
            #expect(try await short.run(deadline: .seconds(60)).status == 64)
            short.environment["APP_PASSWORD"] = ""
            #expect(try await short.run(deadline: .seconds(60)).status == 69)
            #expect(yard.server.requests.isEmpty)
        }
    }
}
