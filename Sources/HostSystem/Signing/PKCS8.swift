internal import COpenSSL

/// A private key's content in PKCS #8 (RFC 5208), between the key and its PEM.
///
/// Each call names its passphrase: OpenSSL has no reason to ask for one on the terminal, as its readers of PEM do.
final class PKCS8 {
    /// The PEM label of a plain key.
    static let plainLabel = "PRIVATE KEY"
    /// The PEM label of an encrypted key.
    static let encryptedLabel = "ENCRYPTED PRIVATE KEY"
    /// How many rounds of PBKDF2 a new key costs whoever guesses its passphrase; a third of a second for its owner.
    private static let rounds: Int32 = 600_000

    private let info: OpaquePointer

    private init(_ info: OpaquePointer) {
        self.info = info
    }

    deinit {
        PKCS8_PRIV_KEY_INFO_free(info)
    }

    /// The content of a key.
    init(_ handle: KeyHandle) throws(KeyError) {
        guard let info = EVP_PKEY2PKCS8(handle.key) else { throw OpenSSL.refusal(to: "write a key") }
        self.info = info
    }

    /// The content of a PEM block.
    static func open(_ block: PEMBlock, passphrase: Secret?) throws(KeyError) -> PKCS8 {
        guard block.label == encryptedLabel else {
            guard let info = OpenSSL.object(block.content, { d2i_PKCS8_PRIV_KEY_INFO(nil, $0, $1) }) else {
                throw .damaged
            }
            let content = PKCS8(info)
            guard content.der == block.content else { throw .damaged }
            return content
        }
        guard let shell = OpenSSL.object(block.content, { d2i_X509_SIG(nil, $0, $1) }) else { throw .damaged }
        defer { X509_SIG_free(shell) }
        guard OpenSSL.bytes({ i2d_X509_SIG(shell, $0) }) == block.content else { throw .damaged }
        try PasswordScheme.check(shell)
        guard let text = passphrase?.reveal() else { throw .passphraseNeeded }
        guard let info = PKCS8_decrypt(shell, text, Int32(clamping: text.utf8.count)) else { throw .wrongPassphrase }
        return PKCS8(info)
    }

    /// The key.
    func key() throws(KeyError) -> KeyHandle {
        var algorithm: OpaquePointer?
        var start: UnsafePointer<UInt8>?
        var count: Int32 = 0
        guard PKCS8_pkey_get0(&algorithm, &start, &count, nil, info) == 1 else { throw .damaged }
        let number = OBJ_obj2nid(algorithm)
        guard number == EVP_PKEY_EC || number == EVP_PKEY_ED25519 else {
            throw .unsupportedAlgorithm(OpenSSL.name(number))
        }
        // OpenSSL reads a content of any version as if it were of the one that it knows.
        let inner = UnsafeBufferPointer(start: start, count: Int(count))
        guard Self.version(of: der) == 0, number == EVP_PKEY_ED25519 || Self.version(of: inner) == 1,
            let key = EVP_PKCS82PKEY(info)
        else { throw .damaged }
        return KeyHandle(key)
    }

    /// The content as a PEM block, encrypted if there is a passphrase.
    func block(passphrase: Secret?) throws(KeyError) -> PEMBlock {
        guard let text = passphrase?.reveal() else { return PEMBlock(label: Self.plainLabel, content: der) }
        var salt = [UInt8](repeating: 0, count: 16)
        guard RAND_bytes(&salt, Int32(salt.count)) == 1,
            let shell = PKCS8_encrypt(
                NID_hmacWithSHA256, EVP_aes_256_cbc(), text, Int32(clamping: text.utf8.count), &salt,
                Int32(salt.count), Self.rounds, info)
        else { throw OpenSSL.refusal(to: "encrypt a key") }
        defer { X509_SIG_free(shell) }
        return PEMBlock(label: Self.encryptedLabel, content: OpenSSL.bytes { i2d_X509_SIG(shell, $0) })
    }

    /// The small number that a DER sequence begins with.
    private static func version(of der: some Collection<UInt8>) -> UInt8? {
        let head = Array(der.prefix(8))
        guard head.count == 8 else { return nil }
        // A long sequence has the number of its length's bytes before them.
        let header = head[1] < 0x80 ? 2 : 2 + Int(head[1] & 0x7F)
        guard header <= 5, head[header] == 2, head[header + 1] == 1 else { return nil }
        return head[header + 2]
    }

    private var der: [UInt8] {
        OpenSSL.bytes { i2d_PKCS8_PRIV_KEY_INFO(info, $0) }
    }
}
