internal import Attestation

/// Names and values as a query or a form holds them (RFC 3986).
enum PercentEncoding {
    /// The names and values, encoded.
    static func form(_ parameters: [(String, String)]) -> String {
        parameters.map { "\($0.0.percentEncoded())=\($0.1.percentEncoded())" }.joined(separator: "&")
    }
}
