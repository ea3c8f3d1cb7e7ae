/// A request as it came, without what is secret in it.
package struct RecordedRequest: Sendable, Hashable, CustomStringConvertible {
    /// Which one, counted from 0 over all nodes.
    package let index: Int
    /// The node that it came to.
    package let node: String
    /// Its method.
    package let method: String
    /// Its path below `/api2/json`, decoded.
    package let path: String
    /// The method and path as the vendor's schema writes them, such as `GET /nodes/{node}/qemu`; nil if it has none such.
    package internal(set) var endpoint: String?
    /// Its parameters, those in its path included. What is secret is `<redacted>`.
    package internal(set) var parameters: [String: JSON]
    /// Whether it bore the right token.
    package internal(set) var isAuthenticated: Bool
    /// The status that it was answered with; nil while, or if, there was no answer.
    package internal(set) var status: Int?

    package var description: String { "\(index) \(method) \(path) → \(status.map(String.init) ?? "no answer")" }

    /// Parameters that are secret.
    static let secretParameters: Set<String> = ["cipassword", "password", "input-data"]

    /// The parameters with what is secret taken out.
    static func redacted(_ parameters: [String: JSON]) -> [String: JSON] {
        parameters.reduce(into: [:]) { result, pair in
            result[pair.key] = secretParameters.contains(pair.key) ? "<redacted>" : pair.value
        }
    }
}
