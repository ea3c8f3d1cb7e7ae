/// One thing that a promotion needs, and how it stands.
package struct Requirement: Sendable, Hashable, Encodable {
    /// How a requirement stands.
    package enum State: String, Sendable, Encodable {
        /// It is met.
        case holds
        /// It is not met.
        case missing
        /// It is found out by the promotion itself.
        case pending
    }

    /// What is needed: `soak`, `approvals`, `gate trial`.
    package let name: String
    /// How it stands.
    package let state: State
    /// What was found, and what to do where something is missing.
    package let detail: String

    /// A requirement.
    package init(_ name: String, _ state: State, _ detail: String) {
        self.name = name
        self.state = state
        self.detail = detail
    }
}
