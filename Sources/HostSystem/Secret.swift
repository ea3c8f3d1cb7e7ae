/// Text that must never be printed, logged, stored or hashed into a key: a password, a passphrase, a token.
///
/// Every textual conversion gives `<redacted>`; the text itself comes out of ``reveal()`` alone, so that each use can be
/// found by its name.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The fewest bytes of a secret that can be taken out of a text without tearing the rest of it apart.
    package static let shortest = 4

    private let text: String

    /// Wraps `text`.
    package init(_ text: String) {
        self.text = text
    }

    /// The text itself.
    package func reveal() -> String {
        text
    }

    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
