/// What is known of a tag's signature.
enum SignatureVerdict: Sendable, Hashable {
    /// An allowed signer made it.
    case good(signer: String)
    /// It is refused.
    case refused(LedgerProblem.Kind)

    /// Whether an allowed signer made it.
    var isGood: Bool {
        if case .good = self { true } else { false }
    }

    /// The words in which it is written down: `good ada@example.org`, `expired-signer`.
    var words: String {
        switch self {
        case .good(let signer): "good \(signer)"
        case .refused(let kind): kind.rawValue
        }
    }

    /// Reads such words; nil for others.
    init?(words: Substring) {
        if words.hasPrefix("good "), words.utf8.count > 5, words.utf8.count <= 261 {
            self = .good(signer: String(words.dropFirst(5)))
        } else if let kind = LedgerProblem.Kind(rawValue: String(words)), kind.isOfSignature {
            self = .refused(kind)
        } else {
            return nil
        }
    }
}

extension LedgerProblem.Kind {
    /// Whether it says something about a signature.
    var isOfSignature: Bool {
        switch self {
        case .badSignature, .unknownSigner, .expiredSigner, .revokedSigner: true
        default: false
        }
    }
}
