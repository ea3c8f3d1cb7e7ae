internal import Foundation

/// Tells secrets from what stands in their place in manuals, defaults and programs.
enum SecretText {
    /// What examples say of themselves.
    private static let exampleWords = [
        "example", "xxxx", "****", "....", "----------", "placeholder", "redacted", "dummy", "sample", "changeme",
        "0123456789", "1234567890", "abcdefgh", "aaaaaaaa", "00000000", "deadbeef", "insert", "your_", "your-", "yourp",
    ]
    /// What passwords are called where none is meant.
    private static let nonWords: Set = [
        "password", "passwd", "passphrase", "passwort", "secret", "token", "pass", "user:pass", "none", "null", "true",
        "false", "string", "required", "optional", "hidden", "undefined", "username", "mypassword", "mysecret",
    ]

    /// Whether a text says that it is an example, or has one character alone.
    static func isExample(_ text: String) -> Bool {
        let lower = text.lowercased()
        return exampleWords.contains(where: lower.contains) || Set(lower).count < 4
    }

    /// Whether a text may be a password that somebody set, rather than a word of a program or a manual.
    static func isPassword(_ text: String) -> Bool {
        text.count >= 4 && isPrintable(text) && isOwn(text) && !Placeholder.holds(text)
    }

    /// The password in an address, which has other signs than letters and digits as `%40`; nil where it is none.
    static func password(inAddress text: String) -> String? {
        // An address may not hold these signs: they are a format's, or a manual's.
        guard isPrintable(text), !text.contains(where: "{}[]\\^`|".contains),
            let password = text.removingPercentEncoding, password.count >= 4, isOwn(password),
            !Placeholder.holds(password)
        else { return nil }
        return password
    }

    /// Whether a text looks as if a machine had made it, or a careful person: letters and digits without order.
    static func isRandom(_ text: String, bitsPerCharacter: Double = 3.2) -> Bool {
        // A path, an option, a mark or an address in a program begins so.
        guard let first = text.first, !"/-@&".contains(first) else { return false }
        return isPassword(text) && text.contains(where: \.isNumber) && text.contains(where: \.isLetter)
            && entropy(of: text) >= bitsPerCharacter && !isName(text)
    }

    private static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { (0x21...0x7E).contains($0.value) }
    }

    /// Whether a text is neither an example nor a word that stands for a password.
    private static func isOwn(_ text: String) -> Bool {
        !nonWords.contains(text.lowercased()) && !isExample(text)
    }

    /// Shannon's entropy of the characters of a text, in bits for each.
    static func entropy(of text: String) -> Double {
        let counts = Dictionary(text.utf8.map { ($0, 1) }, uniquingKeysWith: +)
        let length = Double(text.utf8.count)
        return counts.values.reduce(0) { sum, count in
            let share = Double(count) / length
            return sum - share * log2(share)
        }
    }

    /// Whether a text is words with numbers at their ends: `sha256_digest`, `utf8.encode`, `Type-2`.
    private static func isName(_ text: String) -> Bool {
        let words = text.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
        return words.allSatisfy { word in
            let stem = word.reversed().drop(while: \.isNumber).reversed()
            return stem.allSatisfy(\.isLetter) && word.count - stem.count <= 3
                && (stem.allSatisfy(\.isLowercase) || stem.allSatisfy(\.isUppercase)
                    || stem.dropFirst().allSatisfy(\.isLowercase))
        }
    }

    /// What a Base64 text stands for; nil where it stands for no text.
    static func decoded(_ base64: String) -> String? {
        let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard let data = Data(base64Encoded: base64 + padding), let text = String(data: data, encoding: .utf8),
            text.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) })
        else { return nil }
        return text
    }

    /// The user's name and password that a Base64 text of `name:password` stands for; nil where it is none.
    ///
    /// What was encoded is no program's text any more, so that any sign may be a password's.
    static func account(_ base64: String) -> String? {
        guard let text = decoded(base64), let colon = text.firstIndex(of: ":"), colon != text.startIndex,
            isOwn(String(text[text.index(after: colon)...]))
        else { return nil }
        return text
    }
}
