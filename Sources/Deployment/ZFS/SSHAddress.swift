internal import Foundation

/// A host as `ssh(1)` is told of it.
package struct SSHAddress: Sendable, Hashable, CustomStringConvertible {
    /// The account; nil for the one that ssh takes.
    package var user: String?
    /// The host's name or address.
    package var host: String
    /// The port; nil for the one that ssh takes.
    package var port: Int?
    /// The file of the private key; nil for those that ssh takes.
    package var keyFile: String?
    /// The file of the hosts' keys; nil for those that ssh takes.
    package var knownHosts: String?

    /// The host of `HOST` or `USER@HOST`; nil for what ssh could take for something else.
    package init?(_ text: some StringProtocol) {
        guard
            let match = String(text).wholeMatch(of: /(?:([A-Za-z0-9_][A-Za-z0-9_.\-]*)@)?([A-Za-z0-9][A-Za-z0-9.\-]*)/)
        else { return nil }
        user = match.1.map(String.init)
        host = String(match.2)
    }

    /// The host that a libvirt connection goes to by ssh (libvirt.org/uri.html); nil for one that goes there otherwise, or
    /// nowhere.
    package init?(connection uri: String) {
        guard let parts = URLComponents(string: uri), parts.scheme?.hasSuffix("+ssh") == true, let host = parts.host,
            let address = Self(parts.user.map { "\($0)@\(host)" } ?? host)
        else { return nil }
        self = address
        port = parts.port
        let options = parts.queryItems ?? []
        func option(_ name: String) -> String? {
            options.first { $0.name == name }?.value.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        keyFile = option("keyfile")
        knownHosts = option("known_hosts")
    }

    package var description: String { (user.map { "\($0)@" } ?? "") + host }

    /// The arguments of `ssh` that run a command there, and ask nobody for anything.
    func arguments(_ command: String) -> [String] {
        var arguments = [
            "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=15", "-o",
            "ServerAliveCountMax=4",
        ]
        if let port { arguments += ["-p", "\(port)"] }
        if let keyFile { arguments += ["-i", keyFile] }
        if let knownHosts { arguments += ["-o", "UserKnownHostsFile=\(knownHosts)"] }
        return arguments + ["--", description, command]
    }
}
