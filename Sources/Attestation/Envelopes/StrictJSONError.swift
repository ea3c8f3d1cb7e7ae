/// Why a JSON text is not taken.
package struct StrictJSONError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    package enum Kind: Sendable, Equatable {
        /// The text is longer than its reader allows.
        case tooLarge(limit: Int)
        /// The bytes are no UTF-8.
        case notUTF8
        /// The text is no JSON (RFC 8259); or it ends too early.
        case syntax
        /// Something follows the value.
        case trailing
        /// An object has a key twice, in whatever spelling.
        case duplicateKey(String)
        /// Values are nested too deeply.
        case tooDeep(limit: Int)
        /// A number is too long or too large to be the same number in every program.
        case number
        /// It is JSON, but not what was expected: the place in it, and why.
        case mismatch(place: String, reason: String)
    }

    /// What is wrong.
    package let kind: Kind
    /// Where: the number of bytes before it.
    package let offset: Int

    /// What is wrong, and where.
    package init(kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    package var description: String {
        switch kind {
        case .tooLarge(let limit): "it is longer than \(limit) bytes, which is the most that is read of it"
        case .notUTF8: "it is no UTF-8 text"
        case .syntax: "it is no JSON: byte \(offset) does not belong there"
        case .trailing: "something follows the JSON value at byte \(offset)"
        case .duplicateKey(let key): "an object has the key \(key) twice, the second time at byte \(offset)"
        case .tooDeep(let limit): "values are nested more than \(limit) deep at byte \(offset)"
        case .number: "the number at byte \(offset) is too long or too large"
        case .mismatch(let place, let reason): "\(place) is not what it should be: \(reason)"
        }
    }
}
