/// Why an envelope is not taken.
package enum EnvelopeError: Error, Equatable, CustomStringConvertible {
    /// It is no JSON, or not an envelope's.
    case json(StrictJSONError)
    /// A field is not base64 in its canonical form.
    case base64(field: String)
    /// It has no signature, or more than an envelope may have.
    case signatures(count: Int, limit: Int)

    package var description: String {
        switch self {
        case .json(let error): "the envelope cannot be read: \(error)"
        case .base64(let field): "the envelope's '\(field)' is not base64 with padding and without line ends"
        case .signatures(let count, let limit): "the envelope has \(count) signatures, where 1 to \(limit) are taken"
        }
    }
}
