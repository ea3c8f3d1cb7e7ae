/// A port at which a running system of an image takes connections or datagrams.
package struct ListeningPort: Sendable, Codable, Hashable {
    /// The protocol.
    package enum Transport: String, Sendable, Codable {
        case tcp, udp
    }

    /// The protocol.
    package var transport: Transport
    /// The address that it is bound to: `0.0.0.0`, `::`, `127.0.0.1`.
    package var address: String
    /// Its number.
    package var port: Int
    /// The program that holds it, by its path; nil where none was found.
    package var program: String?

    /// A port.
    package init(transport: Transport, address: String, port: Int, program: String? = nil) {
        self.transport = transport
        self.address = address
        self.port = port
        self.program = program
    }

    private enum CodingKeys: String, CodingKey {
        case transport = "protocol"
        case address, port, program
    }
}
