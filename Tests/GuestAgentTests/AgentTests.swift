import Foundation
import GuestAgent
import SystemPackage
import Testing

struct AgentTests {
    @Test func listsTheCommandsOfARealAgent() async throws {
        try await QemuAgent.with { fixture in
            let info = try await fixture.agent.info()
            #expect(info.version.first?.isNumber == true)
            #expect(info.canExecute)
        }
    }

    @Test func seesThatCommandsAreBlocked() async throws {
        try await QemuAgent.with(blocked: ["guest-exec", "guest-file-open"]) { fixture in
            let info = try await fixture.agent.info()
            #expect(!info.canExecute)
            let agent = fixture.agent
            await expectError(.refused) {
                try await agent.execute("true", deadline: .seconds(5))
            }
            await expectError(.refused) { try await agent.read("/etc/hostname") }
        }
    }

    @Test func reportsTheSystemAndItsAddresses() async throws {
        try await QemuAgent.with { fixture in
            #expect(try await fixture.agent.osInfo().machine?.isEmpty == false)
            let loopback = try await fixture.agent.networkInterfaces().first { $0.name == "lo" }
            #expect(loopback?.addresses.contains { $0.text == "127.0.0.1" && $0.prefix == 8 } == true)
            #expect(loopback?.addresses.contains { $0.isReachable } == false)
        }
    }

    @Test func keepsReachableAddressesOnly() async throws {
        let channel = ScriptedChannel(
            #"""
            {"return":[{"name":"lo","ip-addresses":[{"ip-address":"127.0.0.1","ip-address-type":"ipv4","prefix":8},
            {"ip-address":"::1","ip-address-type":"ipv6","prefix":128}]},{"name":"dummy"},{"name":"eth0",
            "hardware-address":"52:54:00:00:00:01","ip-addresses":[
            {"ip-address":"169.254.7.7","prefix":16},{"ip-address":"fe80::1","prefix":64},
            {"ip-address":"192.168.122.5","prefix":24},{"ip-address":"2001:db8::5","prefix":64}]}]}
            """#)
        let interfaces = try await Agent(channel: channel).networkInterfaces()
        #expect(
            interfaces.flatMap(\.addresses).filter(\.isReachable).map(\.text) == ["192.168.122.5", "2001:db8::5"])
    }

    @Test func takesSilenceAfterAShutdownForSuccess() async throws {
        for kind in [AgentError.Kind.timedOut, .interrupted] {
            let channel = ScriptedChannel([.failure(AgentError(kind, command: "", message: "silence"))])
            try await Agent(channel: channel).shutdown()
            #expect(channel.requests == [#"{"arguments":{"mode":"powerdown"},"execute":"guest-shutdown"}"#])
        }
    }

    @Test(arguments: [AgentError.Kind.unreachable, .refused])
    func reportsAShutdownThatWasNotTaken(kind: AgentError.Kind) async throws {
        let channel = ScriptedChannel([.failure(AgentError(kind, command: "", message: "no"))])
        await expectError(kind) { try await Agent(channel: channel).shutdown() }
    }

    @Test func returnsAtOnceWhenCancelledThoughTheChannelDoesNot() async throws {
        let agent = Agent(channel: SilentChannel())
        let task = Task { try await agent.ping() }
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(9))
    }

    @Test func namesTheCommandTheSubjectAndTheAdvice() async throws {
        let channel = ScriptedChannel(#"{"error":{"class":"GenericError","desc":"failed to open\u001b[31m file"}}"#)
        do {
            _ = try await Agent(channel: channel).read("/etc/shadow")
            Issue.record("a refusal was taken for a result")
        } catch let error as AgentError {
            #expect(error.kind == .refused)
            #expect(
                "\(error)"
                    == "the guest agent refused guest-file-open (/etc/shadow): failed to open [31m file; "
                    + "if the command is disabled, enable it in qemu-ga.conf")
        }
    }
}
