internal import RegexBuilder

/// The address of a folder on an http server: `https://images.example.org/releases`.
///
/// It holds no account, no query and no fragment: in any of them a secret could stand, and addresses are printed.
package struct WebFolder: Sendable, Hashable, CustomStringConvertible {
    /// The address, without a slash at its end.
    package let text: String

    package var description: String { text }

    /// Whether a text is meant as an address; not whether it is a good one.
    package static func isAddress(_ text: some StringProtocol) -> Bool {
        text.contains("://")
    }

    /// A folder's address.
    package init(_ text: String) throws(WebFolderError) {
        let host = /[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\]/
        let segment = /([A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+/
        let form = Regex {
            /https?:\/\//
            host
            Optionally(/:[0-9]{1,5}/)
            ZeroOrMore {
                "/"
                segment
            }
        }
        let trimmed = String(text.reversed().drop { $0 == "/" }.reversed())
        guard trimmed.utf8.count <= 2048, trimmed.wholeMatch(of: form) != nil else { throw WebFolderError() }
        self.text = trimmed
        guard !segments.contains(where: Self.leadsElsewhere) else { throw WebFolderError() }
    }

    /// The address of what has this name in the folder; characters that mean something in an address are written otherwise.
    package func appending(_ name: String) -> WebFolder {
        WebFolder(unchecked: "\(text)/\(name.percentEncoded())")
    }

    /// The folder that this one is in; nil for a server's own.
    package var parent: WebFolder? {
        guard !segments.isEmpty, let slash = text.lastIndex(of: "/") else { return nil }
        return WebFolder(unchecked: String(text[..<slash]))
    }

    /// The names on the way from the server to the folder, as the address has them.
    package var segments: [String] {
        text.split(separator: "/").dropFirst(2).map(String.init)
    }

    /// Whether the server is talked to under TLS.
    var isEncrypted: Bool { text.hasPrefix("https://") }

    private init(unchecked text: String) {
        self.text = text
    }

    /// Names that do not lead into a folder, also where they are written with percent signs.
    private static func leadsElsewhere(_ segment: String) -> Bool {
        let plain = segment.lowercased().replacing("%2e", with: ".")
        return plain == "." || plain == ".." || plain.contains("%2f") || plain.contains("%5c")
    }
}

/// A text that is no address of a folder; it is not repeated, as a password may stand in it.
package struct WebFolderError: Error, Equatable, CustomStringConvertible {
    package var description: String {
        "this is not the address of a folder on an http server; write http(s)://HOST/PATH, without an account, '..', '?' and '#'"
    }
}
