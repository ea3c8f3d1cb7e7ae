/// A port that a program of a running clone of an image listens on.
package struct ListeningPort: Codable, Sendable, Equatable {
    /// `tcp` or `udp`.
    package var transport: String
    /// The address that it is bound to: `0.0.0.0`, `::1`.
    package var address: String
    /// Its number.
    package var port: Int
    /// The program; nil where nobody knows.
    package var program: String?

    /// A port.
    package init(transport: String, address: String, port: Int, program: String? = nil) {
        self.transport = transport
        self.address = address
        self.port = port
        self.program = program
    }

    private enum CodingKeys: String, CodingKey {
        case address, port, program
        case transport = "protocol"
    }
}
