/// Why a key cannot be read, made or used.
package enum KeyError: Error, Equatable, CustomStringConvertible {
    /// The bytes are no PEM text, or more than one.
    case notPEM
    /// The PEM holds something else, under this label.
    case otherContent(label: String)
    /// The key is encrypted, and no passphrase was given.
    case passphraseNeeded
    /// The passphrase does not open the key.
    case wrongPassphrase
    /// The key is of an algorithm or a curve that is not used here.
    case unsupportedAlgorithm(String)
    /// The key is encrypted by a scheme that is not used here, or by one that asks for absurd work.
    case unsupportedEncryption(String)
    /// The key's content is broken.
    case damaged
    /// OpenSSL would not do it.
    case refused(operation: String, reason: String)

    package var description: String {
        switch self {
        case .notPEM:
            "it is no key in PEM, which begins with a line '-----BEGIN …' and ends with its '-----END …'"
        case .otherContent(PKCS8.plainLabel), .otherContent(PKCS8.encryptedLabel):
            "it is a private key, where the public one is wanted; 'imagefactory key show' prints that"
        case .otherContent(let label):
            "it holds '\(label)', where a PKCS #8 private key or a public key is wanted; "
                + "'openssl pkcs8 -topk8 -in OLD -out NEW' makes the former of most private keys"
        case .passphraseNeeded:
            "the key is encrypted, and no passphrase was given; give one by --passphrase prompt, env:NAME or file:PATH"
        case .wrongPassphrase:
            "the passphrase is wrong, or the key is damaged"
        case .unsupportedAlgorithm(let name):
            "the key is of '\(name)'; use P-256 or Ed25519, which 'imagefactory key create' makes"
        case .unsupportedEncryption(let why):
            "the key is encrypted in a way that is not supported: \(why); "
                + "'openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW' encrypts it anew"
        case .damaged:
            "the key is damaged; take it from a backup"
        case .refused(let operation, let reason):
            "OpenSSL cannot \(operation): \(reason)"
        }
    }
}
