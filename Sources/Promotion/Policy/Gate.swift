/// A command of the user's own that must succeed before a release enters a channel: a deployment on trial, a scan.
package struct Gate: Sendable, Hashable {
    /// Its name among the gates of its channel.
    package let name: String
    /// What `sh` runs on this host.
    package let run: String
    /// How long it may take.
    package let timeout: Duration

    /// How long a gate may take that says nothing of it.
    package static let usualTimeout: Duration = .seconds(1800)

    /// A gate.
    package init(name: String, run: String, timeout: Duration = Gate.usualTimeout) {
        self.name = name
        self.run = run
        self.timeout = timeout
    }
}
