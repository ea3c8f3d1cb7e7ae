extension SecretRule {
    /// Files and headers in which programs keep what they log in with.
    static let credentials = [
        SecretRule(
            "netrc", "a password in a netrc file",
            #"\bmachine\s{1,4}[A-Za-z0-9_.-]{3,}\s{1,8}login\s{1,4}[^\s]+\s{1,8}password\s{1,4}[^\s]{3,}"#,
            isGuessable: true, secret: { password(after: [" ", "\t", "\n"], in: $0.text) }),
        SecretRule(
            "pgpass", "a password in a pgpass file",
            #"^[A-Za-z0-9_.*-]+:(?:5432|5433|6432):[^:\s]+:[^:\s]+:[^\s:\0]{4,}"#,
            isGuessable: true,
            secret: { password(after: [":"], in: $0.text) }),
        SecretRule(
            "url-password", "an address with a password in it",
            #"\b[a-z][a-z0-9+]+://[^\s:/@"'<>]+:[^\s:/@"'<>]{3,}@[A-Za-z0-9_-][A-Za-z0-9_.-]{2,}"#,
            isGuessable: true,
            secret: { candidate in
                let account = candidate.text.split(separator: "@")[0]
                return SecretText.password(inAddress: value(in: String(account), after: [":"]))
            }),
        SecretRule(
            "docker-auth", "a registry's password in a Docker configuration",
            #""auth"\s{0,4}:\s{0,4}"[A-Za-z0-9+/]{8,}={0,2}""#, isGuessable: true,
            secret: { SecretText.account(unpadded(value(in: $0.text, after: [":"]))) }),
        SecretRule(
            "kubernetes-key", "a private key in a kubeconfig", #"client-key-data:\s{0,4}["']?[A-Za-z0-9+/]{60,}"#,
            secret: { made(value(in: $0.text, after: [":"])) }),
        SecretRule(
            "basic-authorization", "a password in an HTTP header",
            #"\bAuthorization["']?\s{0,2}:\s{0,2}["']?Basic\s[A-Za-z0-9+/]{8,}={0,2}"#, ignoresCase: true,
            isGuessable: true,
            secret: { SecretText.account(unpadded(value(in: $0.text, after: [" "]))) }),
        SecretRule(
            "bearer-authorization", "a token in an HTTP header",
            #"\bAuthorization["']?\s{0,2}:\s{0,2}["']?(?:Bearer|token)\s[A-Za-z0-9_.~+/-]{16,}"#, ignoresCase: true,
            secret: { randomAfterSigns(value(in: $0.text, after: [" "])) }),
        SecretRule(
            "command-password", "a password in a command line",
            #"\bcurl\s[^\n]*(?:-u|--user)[ =]{0,2}["']?[^\s:"'$]+:[^\s"'$]{4,}"#
                + #"|\bsshpass\s{1,3}-p\s{0,3}["']?[^\s'"$]{4,}"#
                + #"|\bmysql(?:dump|admin)?\s(?:[^\n]*\s)?-p[^\s'"$]{4,}"#
                + #"|\bIDENTIFIED BY '[^'\n]{4,}"#,
            isGuessable: true,
            secret: { candidate in
                let last = value(in: candidate.text, after: [" ", ":", "'", "\""])
                let password = last.hasPrefix("-p") ? String(last.dropFirst(2)) : last
                // These signs of the shell's end an option.
                guard let first = password.first, !"|;&<>".contains(first) else { return nil }
                return SecretText.isPassword(password) ? password : nil
            }),
    ]

    /// The password behind the last separator; nil where no password stands there.
    static func password(after separators: Set<Character>, in text: String) -> String? {
        let password = value(in: text, after: separators)
        return SecretText.isPassword(password) ? password : nil
    }

    private static func unpadded(_ base64: String) -> String {
        String(base64.prefix { $0 != "=" })
    }
}
