/// Where a server listens: a host, which is a name or a number of this host, and a port.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// The host, without brackets.
    package let host: String
    /// The port; 0 for one that is free.
    package let port: Int

    /// An address.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, with an IPv6 number in brackets: `127.0.0.1:9811`, `[::1]:9811`; nil for anything else.
    ///
    /// There is no form without a host: that a server is open to everybody is to be said, by `0.0.0.0` or `[::]`.
    package init?(parsing text: String) {
        guard let match = text.wholeMatch(of: /(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.\-]+)):([0-9]{1,5})/),
            let host = match.1 ?? match.2, host.utf8.count <= 255, let port = Int(match.3), port <= 65535
        else { return nil }
        self.init(host: String(host), port: port)
    }

    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
