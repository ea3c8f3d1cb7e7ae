/// How long a cluster is waited for.
package struct ProxmoxPatience: Sendable {
    /// For a connection, with its TLS.
    package var connection: Duration = .seconds(15)
    /// While nothing moves on a connection. A node answers for another one within 30 s, and a wrong token after 3 s.
    package var idle: Duration = .seconds(90)
    /// For a whole request that carries no image.
    package var request: Duration = .seconds(180)
    /// For an upload.
    package var upload: Duration = .seconds(6 * 3600)
    /// For a task, such as an import or a full clone.
    package var task: Duration = .seconds(2 * 3600)
    /// For a guest's agent to answer after the start.
    package var boot: Duration = .seconds(600)
    /// For a command in a guest.
    package var check: Duration = .seconds(300)
    /// For a machine that somebody works on to be free.
    package var lock: Duration = .seconds(300)
    /// For another deployment of the same thing to end.
    package var turn: Duration = .seconds(1800)
    /// For a sign of life of whoever has a lock; who gives none for so long is taken for dead.
    package var lease: Duration = .seconds(90)
    /// For a cluster to come back while a task runs: a node may restart.
    package var outage: Duration = .seconds(300)
    /// Between two looks at the same thing.
    package var interval: Duration = .seconds(2)
    /// Between two tries of a request.
    package var retryDelay: Duration = .seconds(2)
    /// How often a request is tried that may be repeated.
    package var attempts = 3

    /// The usual patience.
    package init() {}
}
