internal import Glibc
internal import HostSystem

/// One try to connect to a port.
struct TCPProbe: Sendable {
    /// A numeric address.
    let address: String
    /// The port.
    let port: Int

    /// Why it takes no connection; nil if it does.
    func run(deadline: Duration) async throws -> String? {
        try await offloaded { [self] _ in try connect(milliseconds: Int32(clamping: deadline.milliseconds)) }
    }

    private func connect(milliseconds: Int32) throws -> String? {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, "\(port)", &hints, &list) == 0, let found = list else {
            return "'\(address)' is no address"
        }
        defer { freeaddrinfo(list) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = socket(found.pointee.ai_family, kind, 0)
        guard socket >= 0 else { return reason(errno) }
        defer { close(socket) }
        if Glibc.connect(socket, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0 { return nil }
        guard errno == EINPROGRESS else { return reason(errno) }
        var wait = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        guard Glibc.poll(&wait, 1, milliseconds) > 0 else { return "no answer within \(milliseconds) ms" }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &length)
        return code == 0 ? nil : reason(code)
    }

    private func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
