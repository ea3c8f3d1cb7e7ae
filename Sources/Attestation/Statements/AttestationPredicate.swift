/// What a statement says of its subjects, with the type that names its meaning.
package protocol AttestationPredicate: Codable, Sendable, Equatable {
    /// The URI that names the predicate's meaning and form.
    static var type: String { get }
}
