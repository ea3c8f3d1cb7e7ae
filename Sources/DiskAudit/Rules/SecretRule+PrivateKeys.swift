extension SecretRule {
    /// Private keys, by the formats that they are kept in.
    static let privateKeys = [
        SecretRule(
            "private-key", "a private key in PEM",
            #"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|\s)+(?:[A-Za-z-]+: [^\n]+\n)*\s*[A-Za-z0-9+/=]{40}[A-Za-z0-9+/=\s\\]*"#,
            secret: { candidate in
                let lines = candidate.text.split(separator: "-----").last ?? ""
                let body = lines.filter { !$0.isWhitespace && $0 != "\\" }
                return isExample(String(body.prefix(40))) ? nil : String(body)
            }),
        SecretRule(
            "putty-key", "a private key of PuTTY's", #"PuTTY-User-Key-File-[23]: (?:ssh|ecdsa)-[a-z0-9@.-]{3,40}\r?\n"#),
        SecretRule("age-key", "a private key of age's", #"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"#),
        SecretRule(
            "wireguard-key", "a private key of WireGuard's",
            #"\bPrivateKey\s{0,4}=\s{0,4}[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="#,
            secret: { candidate in
                let key = String(candidate.text.suffix(44))
                return isExample(key) ? nil : key
            }),
        SecretRule(
            "gpg-key", "a private key of GnuPG's",
            #"(?:11:|21:protected-)private-key\(3:(?:rsa|ecc|dsa|elg)\(\d{1,2}:[a-z]"#, secret: { $0.text }),
        SecretRule(
            "gpg-key", "a private key of GnuPG's", #"^Key: \((?:protected-)?private-key \((?:rsa|ecc|dsa|elg)"#,
            secret: { $0.text }),
        SecretRule(
            "der-key", "a private key in DER",
            #"\x30\x82.{2}\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04\x82.{2}\x30\x82"#
                + #"|\x30.{1,2}\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x6d\x30\x6b"#,
            isBinary: true, secret: { $0.text }),
        SecretRule(
            "pkcs12-key", "a PKCS #12 file",
            #"\x30\x82.{2}\x02\x01\x03\x30\x82.{2}\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x82"#,
            isBinary: true, secret: { $0.text }),
        SecretRule(
            "signify-key", "a private key of signify's or minisign's",
            #"^untrusted comment: [^\n]*secret key[^\n]*\n[A-Za-z0-9+/]{60}"#),
    ]

    private static func isExample(_ text: String) -> Bool { SecretText.isExample(text) }
}
