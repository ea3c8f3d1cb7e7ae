import Deployment
import Foundation
import Glibc
import GuestAgent
import HostSystem
import SystemPackage
import Testing

struct HealthTests {
    /// An agent that answers every ping, or none.
    private struct Channel: AgentChannel {
        let isThere: Bool

        func send(_ request: String, deadline: Duration) async throws(AgentError) -> String {
            guard isThere else { throw AgentError(.unreachable, command: "guest-ping", message: "nobody is there") }
            return #"{"return": {}}"#
        }
    }

    private func gate(
        _ checks: [HealthCheck], answers: Bool = true, address: String? = "127.0.0.1",
        deadline: Duration = .milliseconds(50)
    ) -> HealthGate {
        var gate = HealthGate(
            HealthPolicy(checks: checks, deadline: deadline), of: "web-1",
            agent: Agent(channel: Channel(isThere: answers))
        ) { address }
        gate.interval = .milliseconds(10)
        return gate
    }

    @Test(arguments: [
        "agent", "command:systemctl is-system-running", "tcp:22", "http:8080/healthy?x=1", "script:/opt/check",
    ])
    func readsAndPrintsEachCheck(text: String) throws {
        #expect(try HealthCheck(parsing: text).description == text)
    }

    @Test(arguments: [
        "", "agent:", "agents", "command:", "tcp:0", "tcp:65536", "tcp:+22", "tcp:22x", "http:/x", "http:80/a b",
        "udp:53",
    ])
    func refusesWhatIsNoCheck(text: String) {
        #expect(throws: HealthCheckError.self) { try HealthCheck(parsing: text) }
    }

    @Test func passesAMachineWhoseAgentAnswers() async throws {
        #expect(try await gate([]).run() == .good)
    }

    @Test func saysWhichCheckDidNotPassInTime() async throws {
        let outcome = try await gate([], answers: false).run()
        guard case .bad(let reason) = outcome else { throw Unexpected() }
        #expect(reason.contains("agent: "))
    }

    @Test func connectsToAPortThatListens() async throws {
        try await withListener { port async throws in
            #expect(try await gate([.tcp(port)]).run() == .good)
        }
    }

    @Test func failsAtAPortThatDoesNot() async throws {
        var free = 0
        try await withListener { free = $0 }
        guard case .bad(let reason) = try await gate([.tcp(free)]).run() else { throw Unexpected() }
        #expect(reason.contains("tcp:\(free)"))
    }

    @Test func asksForAnAddressAsItIsWritten() async throws {
        try await withListener(answering: "HTTP/1.0 204 None\r\n\r\n") { port async throws in
            // curl would take this for two addresses.
            #expect(try await gate([.http(port: port, path: "/a[1-2]")], deadline: .seconds(5)).run() == .good)
        }
    }

    @Test func failsWithoutAnAddress() async throws {
        guard case .bad(let reason) = try await gate([.tcp(22)], address: nil).run() else { throw Unexpected() }
        #expect(reason.contains("address"))
    }

    @Test func tellsAScriptWhichMachineItIsAbout() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-health") { folder in
            let script = folder.appending("check")
            try script.write(
                "#!/bin/sh\n[ \"$MACHINE_NAME\" = web-1 ] && [ \"$MACHINE_ADDRESS\" = 127.0.0.1 ]\n".utf8,
                mode: .publicFolder)
            #expect(try await gate([.script(script.string)], deadline: .seconds(5)).run() == .good)
            try script.write("#!/bin/sh\nexit 3\n".utf8, mode: .publicFolder)
            guard case .bad = try await gate([.script(script.string)]).run() else { throw Unexpected() }
        }
    }

    private struct Unexpected: Error {}

    /// Lends a port of 127.0.0.1 that listens meanwhile, and perhaps gives an answer, once.
    private func withListener(answering answer: String? = nil, _ body: (Int) async throws -> Void) async throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 4) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        try #require(isBound)
        if let answer {
            Thread.detachNewThread {
                let peer = accept(socket, nil, nil)
                var request = [UInt8](repeating: 0, count: 4096)
                _ = read(peer, &request, request.count)
                _ = write(peer, answer, answer.utf8.count)
                close(peer)
            }
        }
        try await body(Int(UInt16(bigEndian: place.sin_port)))
    }
}
