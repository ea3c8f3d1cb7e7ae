internal import HostSystem
internal import SystemPackage

/// A key for people and for programs; nothing of its private half.
struct KeyReport: Encodable {
    let algorithm: PrivateKey.Algorithm
    /// The SHA-256 of the public key's DER, which envelopes name as their `keyid`.
    let fingerprint: Digest
    /// The public key.
    let pem: String
    /// The private key's file, of a key that was just made.
    let privateKey: String?
    /// The public key's file, of a key that was just made.
    let publicKey: String?

    /// A key, and where it was put.
    init(_ key: PublicKey, privatePath: FilePath? = nil, publicPath: FilePath? = nil) {
        algorithm = key.algorithm
        fingerprint = key.fingerprint
        pem = key.pem
        privateKey = privatePath?.string
        publicKey = publicPath?.string
    }

    private enum CodingKeys: String, CodingKey {
        case algorithm, fingerprint, pem
        case privateKey = "private-key"
        case publicKey = "public-key"
    }

    /// The key for people.
    var lines: [String] {
        var rows = [["algorithm", algorithm.rawValue], ["fingerprint", fingerprint.description]]
        if let privateKey { rows.append(["private key", privateKey]) }
        if let publicKey { rows.append(["public key", publicKey]) }
        return TextTable.lines(rows)
    }
}
