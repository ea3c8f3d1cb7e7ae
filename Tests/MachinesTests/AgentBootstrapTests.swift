import HostSystem
import SystemPackage
import Testing

@testable import Machines

/// The login on the serial console, with a test in the guest's place.
@Suite(.timeLimit(.minutes(1)))
struct AgentBootstrapTests {
    private static let password = "if-0123456789abcdef"

    @Test func logsInWithoutTheGuestsEcho() async throws {
        let log = try await bootstrap(echoesPassword: false)
        #expect(log.contains("golden login: "))
        #expect(!log.contains(Self.password))
    }

    /// A guest that does not switch its echo off, or asks for the password in a place where nobody hides it.
    @Test func keepsThePasswordOutOfTheLogOfAGuestThatEchoesIt() async throws {
        let log = try await bootstrap(echoesPassword: true)
        #expect(log.contains("Password: <redacted>"))
        #expect(!log.contains(Self.password))
    }

    @Test func saysThatTheLoginWasRefused() async throws {
        try await withGuest { console, guest in
            let enabling = Task { try await AgentBootstrap(console: console, user: Self.user).enable() }
            // The first line end asks for a prompt.
            try await guest.awaitInput("\n")
            try guest.say("golden login: ")
            try await guest.awaitInput("admin\n")
            try guest.say("Password: ")
            try await guest.awaitInput(Self.password + "\n")
            try guest.say("\r\nLogin incorrect\r\n")
            let error = await #expect(throws: MachineFailure.self) { try await enabling.value }
            #expect(error?.cause == .agentBlocked)
        }
    }

    private static let user = InstallUser(name: "admin", password: Secret(password))

    /// Plays a guest that lets the user in, and gives the console's log.
    private func bootstrap(echoesPassword: Bool) async throws -> String {
        try await withGuest { console, guest in
            async let enabling: Void = AgentBootstrap(console: console, user: Self.user).enable()
            let heard = console.text
            // The first line end asks for a prompt.
            try await guest.awaitInput("\n")
            try guest.say("golden login: ")
            try await guest.awaitInput("admin\n")
            try guest.say("admin\r\nPassword: ")
            try await guest.awaitInput(Self.password + "\n")
            // In two pieces, as a slow line would deliver it.
            if echoesPassword {
                try guest.say(String(Self.password.prefix(7)))
                try guest.say(Self.password.dropFirst(7) + "\r\n")
            }
            try guest.say("\r\nadmin@golden:~$ ")
            let command = try await guest.awaitInput("exit\n")
            let mark = try #require(command.firstMatch(of: /printf 'done-%s\\n' ([0-9a-f]+)/)).1
            try guest.say("done-\(mark)\r\n")
            try await enabling
            try guest.close()
            for await text in heard {
                if case .line(let line) = text { #expect(!line.contains(Self.password)) }
            }
        }
    }

    @discardableResult
    private func withGuest(_ body: (SerialConsole, FakeGuest) async throws -> Void) async throws -> String {
        try await withScratchFolder(in: "/tmp", prefix: "if-console") { folder in
            let server = try ConsoleServer(at: folder.appending("c.s"))
            let log = folder.appending("console.log")
            let console = try SerialConsole(
                socket: server.path, log: log, redactor: Redactor([Secret(Self.password)]))
            defer { console.close() }
            try await body(console, FakeGuest(try server.connection()))
            return try log.readText()
        }
    }
}

/// The guest's end of a console.
private final class FakeGuest: Sendable {
    private let socket: FileDescriptor

    init(_ socket: FileDescriptor) {
        self.socket = socket
    }

    func say(_ text: some StringProtocol) throws {
        _ = try socket.writeAll(text.utf8)
    }

    /// What was typed up to `end`, which it must end with.
    @discardableResult
    func awaitInput(_ end: String) async throws -> String {
        let socket = socket
        return try await offloaded { isCancelled in
            var bytes: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 4096)
            while !String(decoding: bytes, as: UTF8.self).hasSuffix(end), !isCancelled() {
                let count = try block.withUnsafeMutableBytes { try socket.read(into: $0) }
                guard count > 0 else { break }
                bytes += block[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    func close() throws {
        try socket.close()
    }
}
