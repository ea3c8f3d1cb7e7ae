/// Something that a real server would not have had to bear, or would not have sent.
package struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// What was violated.
    package enum Kind: Sendable, Hashable {
        /// There is no such path, or it has no such method.
        case method
        /// The vendor's schema, by a request's parameters.
        case parameters
        /// The vendor's schema, by a reply; a fault of this server.
        case reply
        /// A right that the token does not have.
        case right
        /// A token that the server does not know, or none.
        case authentication
        /// A rule of the protocol that the schema does not tell, such as the order of an upload's fields.
        case protocolRule
        /// What must be so at every instant: see ``ProxmoxStandIn/watchTemplate(named:tag:on:)``.
        case invariant
    }

    /// What was violated.
    package let kind: Kind
    /// The request's index; nil for what no request did.
    package let request: Int?
    /// What happened.
    package let message: String

    package var description: String { "\(request.map { "request \($0)" } ?? "cluster"): \(kind): \(message)" }
}
