internal import Foundation

/// Where a git repository is, as its remotes are named: an address, or scp's `git@example.org:images.git`.
package enum RepositoryAddress {
    /// An address without user, password, query and fragment, any of which may hold a token; nil for what is none, or
    /// whose host may begin only after a later `@`: a password with `/`, `?` or `#` looks like a host and what follows.
    package static func withoutCredentials(_ address: String) -> String? {
        guard address.contains("://") else {
            // scp's form, in which no password can stand: git@example.org:images.git
            let parts = address.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count > 2 ? nil : parts.last.map(String.init)
        }
        guard var parts = URLComponents(string: address),
            ![parts.path, parts.query, parts.fragment].contains(where: { $0?.contains("@") == true })
        else { return nil }
        parts.user = nil
        parts.password = nil
        parts.query = nil
        parts.fragment = nil
        return parts.string
    }
}
