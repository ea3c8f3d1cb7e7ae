import Foundation
import GuestAgent
import HostSystem
import Synchronization
import SystemPackage

/// A channel over the UNIX socket of an agent that runs on this host.
final class SocketChannel: AgentChannel {
    private struct Connection {
        var descriptor: FileDescriptor
        var buffer: [UInt8] = []
    }

    private let path: FilePath
    private let connection = Mutex<Connection?>(nil)
    private let sent = Mutex<[String]>([])

    init(path: FilePath) {
        self.path = path
    }

    deinit {
        connection.withLock { try? $0?.descriptor.close() }
    }

    /// Every request so far, as it went over the socket.
    var requests: [String] { sent.withLock { $0 } }

    func send(_ request: String, deadline: Duration) async throws(AgentError) -> String {
        sent.withLock { $0.append(request) }
        do {
            return try await offloaded { _ in try self.exchange(request, until: .now + deadline) }
        } catch let error as AgentError {
            throw error
        } catch {
            throw AgentError(.interrupted, command: "", message: "the socket failed", cause: error)
        }
    }

    private func exchange(_ request: String, until end: ContinuousClock.Instant) throws -> String {
        try connection.withLock { connection in
            do {
                var live = try connection ?? connect()
                connection = live
                let mark = Int.random(in: 1...1 << 30)
                let sync = #"{"execute":"guest-sync","arguments":{"id":\#(mark)}}"#
                try write(sync + "\n" + request + "\n", to: live)
                while try !readLine(&live, until: end).contains("\(mark)") {}
                let reply = try readLine(&live, until: end)
                connection = live
                return reply
            } catch {
                try? connection?.descriptor.close()
                connection = nil
                throw error
            }
        }
    }

    private func connect() throws -> Connection {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.string.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw AgentError(.unreachable, command: "", message: "nobody listens at \(path)")
        }
        return Connection(descriptor: FileDescriptor(rawValue: descriptor))
    }

    private func write(_ text: String, to connection: Connection) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(connection.descriptor.rawValue, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw AgentError(.interrupted, command: "", message: "the agent hung up") }
            rest = rest.dropFirst(count)
        }
    }

    private func readLine(_ connection: inout Connection, until end: ContinuousClock.Instant) throws -> String {
        var searched = 0
        while true {
            if let newline = connection.buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: connection.buffer[..<newline], as: UTF8.self)
                connection.buffer.removeSubrange(...newline)
                return line
            }
            searched = connection.buffer.count
            let rest = (end - .now) / .milliseconds(1)
            var entry = pollfd(fd: connection.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
            guard rest > 0, Glibc.poll(&entry, 1, Int32(min(rest, 3_600_000))) > 0 else {
                throw AgentError(.timedOut, command: "", message: "no line came")
            }
            var block = [UInt8](repeating: 0, count: 1 << 18)
            let count = try block.withUnsafeMutableBytes { try connection.descriptor.read(into: $0) }
            guard count > 0 else { throw AgentError(.interrupted, command: "", message: "the agent hung up") }
            connection.buffer += block[..<count]
        }
    }
}
