internal import HostSystem

/// The block at the end of a tag object that holds its signature.
enum TagSignature {
    private static let begin = "-----BEGIN "
    private static let sshBegin = "-----BEGIN SSH SIGNATURE-----"
    private static let sshEnd = "-----END SSH SIGNATURE-----"
    /// The most bytes of a signature; that of an RSA key of 16384 bits has 7,000.
    private static let limit = 1 << 13

    /// How long the lines of an armor are: 70 characters by OpenSSH, and what others take for Base64.
    private static let widths = [64, 70, 76]

    /// Where the block begins; nil without one. git takes the last one, so a second one is refused.
    static func start(in bytes: [UInt8], from start: Int) throws(TagObjectError) -> Int? {
        let marker = Array(begin.utf8)
        var found: Int?
        var line = start
        while line < bytes.count {
            if bytes[line...].starts(with: marker) {
                guard found == nil else { throw .signature }
                found = line
            }
            guard let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")) else { break }
            line = end + 1
        }
        return found
    }

    /// Reads the block, which must be all of `bytes`.
    ///
    /// One signature has one spelling only: `ssh-keygen` would take others, and each were another tag object.
    static func read(_ bytes: ArraySlice<UInt8>) throws(TagObjectError) -> TagObject.Signature {
        guard bytes.count <= limit else { throw .signature }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first else { throw .signature }
        guard first == sshBegin else { return .other(kind(first)) }
        guard lines.count >= 4, lines[lines.count - 2] == sshEnd, lines[lines.count - 1].isEmpty else {
            throw .signature
        }
        let text = lines[1..<(lines.count - 2)]
        let width = text[1].utf8.count
        guard text.count == 1 || widths.contains(width), text.dropLast().allSatisfy({ $0.utf8.count == width }),
            let last = text.last, width > 0, (1...width).contains(last.utf8.count),
            Base64.decode(text.joined().utf8) != nil
        else { throw .signature }
        return .ssh(armor: Array(bytes))
    }

    /// `PGP SIGNATURE`, of `-----BEGIN PGP SIGNATURE-----`.
    private static func kind(_ line: Substring) -> String {
        String(line.dropFirst(begin.count).prefix(40)).replacing("-----", with: "")
    }
}
