internal import HostSystem

/// Takes secrets out of texts, should the other side have repeated them to us.
struct Redaction: Sendable {
    private let token: ProxmoxToken
    private let secrets: [String]

    /// A redaction of a token's secret, and of others that are long enough not to be parts of words.
    init(_ token: ProxmoxToken, _ secrets: [Secret]) {
        self.token = token
        self.secrets = secrets.map { $0.reveal() }.filter { $0.utf8.count >= Secret.shortest }
    }

    /// `text` without them.
    func plain(_ text: String) -> String {
        secrets.reduce(token.redacted(text)) { $0.replacing($1, with: "<redacted>") }
    }
}
