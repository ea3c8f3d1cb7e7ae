internal import Pipeline

/// What the answers declare of the accounts that may stay usable in the image.
package struct SealedAccount: Sendable, Encodable {
    let name: String
    let hasKey: Bool
    let rootHasKey: Bool
    let rootHasPassword: Bool

    init(answers: Template.Answers) {
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
