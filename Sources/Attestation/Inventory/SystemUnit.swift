/// A unit file of systemd, and whether the system starts it by itself (systemctl(1), `is-enabled`).
package struct SystemUnit: Sendable, Codable, Equatable {
    /// Whether and how it is started.
    package enum State: String, Sendable, Codable {
        /// Something wants it: it starts with the system.
        case enabled
        /// It could be enabled, and is not.
        case disabled
        /// It says no place to be enabled at; others start it.
        case `static`
        /// Nothing can start it.
        case masked
    }

    /// Its name: `ssh.service`.
    package var name: String
    /// Whether it is started.
    package var state: State

    /// A unit.
    package init(name: String, state: State) {
        self.name = name
        self.state = state
    }
}
