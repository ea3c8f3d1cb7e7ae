/// How long servers are waited for.
package struct WebPatience: Sendable {
    /// The time for a connection.
    package var connection: Duration = .seconds(30)
    /// The time in which a server must send at least ``slowest`` bytes a second on average.
    package var stall: Duration = .seconds(60)
    /// The time for a file of evidence.
    package var file: Duration = .seconds(15 * 60)
    /// The time for an image.
    package var image: Duration = .seconds(12 * 3600)
    /// How often a file is asked for again, after an answer that may be another one later.
    package var retries = 3

    /// Bytes a second, below which a server is taken to have stopped.
    static let slowest = 512

    /// The usual patience.
    package init() {}
}
