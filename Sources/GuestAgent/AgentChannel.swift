/// A way to a guest's QEMU agent.
///
/// The messages are those of `qga/qapi-schema.json` in QEMU 7.2 to 10. A channel carries one request at a time, keeps
/// requests and replies in step (`guest-sync`), and knows nothing of what they mean.
package protocol AgentChannel: Sendable {
    /// Sends one request, a JSON object, and returns the reply's JSON: `{"return": …}` or `{"error": …}`.
    ///
    /// - Throws: ``AgentError``: `unreachable` if nothing was sent, `interrupted` if the connection ended before the reply,
    ///   `timedOut` if no reply came in time, `refused` where the channel turns the agent's errors into its own.
    func send(_ request: String, deadline: Duration) async throws(AgentError) -> String
}
