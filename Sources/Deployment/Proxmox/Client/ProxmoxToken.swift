package import HostSystem

/// An API token: whose it is and what it is called, which anybody may know, and its secret.
package struct ProxmoxToken: Sendable {
    /// `USER@REALM!NAME`
    package let id: String
    private let secret: Secret

    /// Reads `USER@REALM!NAME=SECRET`; nil for anything else.
    ///
    /// Proxmox decodes percent signs in the header and ends the secret at a semicolon, so that neither may be in it.
    package init?(_ text: Secret) {
        let pattern = /([^\s:\/@!=;%]+@[A-Za-z][A-Za-z0-9.\-_]+![A-Za-z][A-Za-z0-9.\-_]+)=([A-Za-z0-9\-]{8,128})/
        guard let match = text.reveal().wholeMatch(of: pattern) else { return nil }
        id = String(match.1)
        secret = Secret(String(match.2))
    }

    /// The value of the header `Authorization`.
    var authorization: Secret {
        Secret("PVEAPIToken=\(id)=\(secret.reveal())")
    }

    /// `text` without the secret, should somebody have repeated it to us.
    package func redacted(_ text: String) -> String {
        text.replacing(secret.reveal(), with: secret.description)
    }
}
