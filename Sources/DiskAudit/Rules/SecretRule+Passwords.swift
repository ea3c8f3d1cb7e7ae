extension SecretRule {
    /// The kind of ``passwordHash``.
    static let hashKind = "password-hash"

    /// Passwords and their hashes.
    static let passwords = [
        SecretRule(
            hashKind, "the hash of a password",
            [
                #"\$y\$[./A-Za-z0-9]{3,8}\$[./A-Za-z0-9]{8,32}\$[./A-Za-z0-9]{43}"#,
                #"\$gy\$[./A-Za-z0-9]{3,8}\$[./A-Za-z0-9]{8,32}\$[./A-Za-z0-9]{43}"#,
                #"\$6\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{8,16}\$[./A-Za-z0-9]{86}"#,
                #"\$5\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{8,16}\$[./A-Za-z0-9]{43}"#,
                #"\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}"#,
                #"\$(?:1|apr1)\$[./A-Za-z0-9]{4,8}\$[./A-Za-z0-9]{22}"#,
            ].joined(separator: "|")),
        SecretRule(
            "installer-secret", "a secret among an installer's answers",
            #"\bKLDLOAD_[A-Z_]*(?:PASS|PASSWORD|PASSPHRASE|PSK|SECRET|TOKEN|_KEY)=["']?[^\s"'$]{4,}"#,
            isGuessable: true, secret: { password(after: ["="], in: $0.text) }),
        SecretRule(
            "kickstart-password", "root's password in a kickstart file",
            #"^rootpw\s{1,4}(?:--plaintext\s{1,4}|--allow-ssh\s{1,4}){0,2}[^\s$-][^\s]{3,}"#, isGuessable: true,
            secret: { password(after: [" ", "\t"], in: $0.text) }),
        SecretRule(
            "wifi-key", "the key of a wireless network", #"\bpsk\s{0,2}=\s{0,2}"?[^\s"]{8,}"#,
            isGuessable: true,
            secret: { candidate in
                password(after: ["="], in: candidate.text).flatMap { key in
                    // A program's text has brackets, and a manual's has backslashes.
                    key.contains(where: \.isNumber) && !key.contains(where: "()[]{}<>\\".contains) ? key : nil
                }
            }),
        SecretRule(
            "assigned-secret", "a password or a token that something is set to",
            #"(?:password|passwd|passphrase|secret|token|api_?key|access_?key|auth_?key|private_?key|credentials?|_pw|_pwd|_psk)"#
                + #"["']?\s{0,3}(?::|=|=>)\s{0,3}["']?[A-Za-z0-9+/_.~!#@^&=-]{12,}"#, ignoresCase: true,
            isGuessable: true,
            secret: { candidate in
                // A program's text goes on with a call or an argument.
                guard candidate.after.map({ !"([{,).:".utf8.contains($0) }) ?? true else { return nil }
                return random(value(in: candidate.text.dropPadding, after: ["=", ":", ">", " "]), 3.0)
            }),
    ]
}

extension String {
    /// The text without the `=` at the end of Base64.
    fileprivate var dropPadding: String {
        String(reversed().drop { $0 == "=" }.reversed())
    }
}
