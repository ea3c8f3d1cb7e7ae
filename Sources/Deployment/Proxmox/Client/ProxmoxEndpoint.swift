/// Where a cluster's API is served: a host and a port, over TLS alone.
package struct ProxmoxEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// The port that Proxmox serves its API at.
    package static let usualPort = 8006

    /// The host's name or number, without brackets.
    package let host: String
    /// The port.
    package let port: Int

    /// Reads `https://HOST[:PORT]` or `HOST[:PORT]`, with an IPv6 number in brackets; nil for anything else.
    package init?(parsing text: String) {
        let pattern =
            /(?:https:\/\/)?(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?))(?::([0-9]{1,5}))?\/?/
        guard let match = text.wholeMatch(of: pattern), let host = match.1 ?? match.2, host.utf8.count <= 253 else {
            return nil
        }
        let port = match.4.map { Int($0) ?? 0 } ?? Self.usualPort
        guard (1...65535).contains(port) else { return nil }
        self.host = String(host)
        self.port = port
    }

    /// The host and the port as a request names them.
    var authority: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    package var description: String { "https://\(authority)" }
}
