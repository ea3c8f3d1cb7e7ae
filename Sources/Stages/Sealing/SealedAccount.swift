package import Pipeline

/// What the answers declare of the accounts that may stay usable in the image.
package struct SealedAccount: Sendable, Encodable {
    let name: String
    let hasKey: Bool
    let rootHasKey: Bool
    let rootHasPassword: Bool

    /// Nothing is declared: no account keeps a password, and none of root's keys stays.
    package static let undeclared = SealedAccount(name: "", hasKey: false, rootHasKey: false, rootHasPassword: false)

    /// What is declared of the build account `name` and of root.
    package init(name: String, hasKey: Bool, rootHasKey: Bool, rootHasPassword: Bool) {
        self.name = name
        self.hasKey = hasKey
        self.rootHasKey = rootHasKey
        self.rootHasPassword = rootHasPassword
    }

    /// What a template's answers declare.
    package init(answers: Template.Answers) {
        func has(_ key: String) -> Bool { answers.entries.contains { $0.key == key } }
        name = answers["KLDLOAD_USERNAME"] ?? "admin"
        hasKey = has("KLDLOAD_SSH_PUBKEY") || has("KLDLOAD_ADMIN_SSH_KEYS")
        rootHasKey = has("KLDLOAD_ADMIN_SSH_PUBKEY")
        rootHasPassword = has("KLDLOAD_ROOT_PASSWORD")
    }

    /// Shell assignments for the operations' scripts. An account's name is checked where it is read.
    var variables: String {
        """
        ACCOUNT='\(name.replacing("'", with: "'\\''"))'
        ACCOUNT_HAS_KEY=\(hasKey ? 1 : 0)
        ROOT_HAS_KEY=\(rootHasKey ? 1 : 0)
        ROOT_HAS_PASSWORD=\(rootHasPassword ? 1 : 0)

        """
    }
}
