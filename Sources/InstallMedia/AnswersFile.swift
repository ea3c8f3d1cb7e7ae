package import HostSystem

/// The value of an answer.
package enum AnswerValue: Sendable {
    /// Text that anybody may see.
    case plain(String)
    /// Text that only the installer may see.
    case secret(Secret)

    /// The text itself, of secrets too.
    package func reveal() -> String {
        switch self {
        case .plain(let text): text
        case .secret(let secret): secret.reveal()
        }
    }
}

/// An installer's answers, in the order in which they were set (kldload contract, section 3.1).
///
/// ```
/// KLDLOAD_DISTRO="debian"
/// KLDLOAD_SSH_PUBKEY='ssh-ed25519 AAAA… the "build" key'
/// ```
///
/// The installer reads the file line by line; it is no shell file. There is no escape, so a value cannot have a line end, a
/// NUL byte or both kinds of quotes in it, and ``set(_:to:)`` refuses those.
package struct AnswersFile: Sendable {
    /// The largest file that is read or written.
    static let sizeLimit = 1 << 20

    /// The answers.
    package private(set) var entries: [(key: String, value: AnswerValue)] = []

    /// A file without answers.
    package init() {}

    /// Reads a file by the installer's rules; of several answers to one key the last one counts.
    ///
    /// Values of keys that are named like a secret become secrets.
    package init(parsing content: some Collection<UInt8>) throws(AnswersFileError) {
        guard content.count <= Self.sizeLimit else { throw .tooLarge(limit: ByteCount(Int64(Self.sizeLimit))) }
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard let (key, value) = try Self.parse(Array(line), number: index + 1) else { continue }
            try set(key, to: Self.isSecretName(key) ? .secret(Secret(value)) : .plain(value), checkingQuotes: false)
        }
    }

    /// The answer to a key; nil if there is none.
    package subscript(key: String) -> AnswerValue? {
        entries.first { $0.key == key }?.value
    }

    /// Adds an answer, or replaces the one that is there.
    package mutating func set(_ key: String, to value: AnswerValue) throws(AnswersFileError) {
        try set(key, to: value, checkingQuotes: true)
    }

    /// The file's text, with the secrets in it.
    package func rendered() -> String {
        render { $0.reveal() }
    }

    /// The file's text for logs: values of secrets, and of keys that are named like one, are left out.
    package var redacted: String {
        entries.map { key, value in
            switch value {
            case .plain(let text) where !Self.isSecretName(key): Self.line(key, text)
            case .plain, .secret: "\(key)=<redacted>\n"
            }
        }.joined()
    }

    /// Whether the installer takes `key` for the name of a secret, by the end of it.
    package static func isSecretName(_ key: String) -> Bool {
        let endings = ["PASS", "PASSWORD", "PASSPHRASE", "PSK", "SECRET", "TOKEN", "_KEY", "RHEL_USERNAME"]
        let upper = key.uppercased()
        return endings.contains { upper.hasSuffix($0) }
    }

    // MARK: - Rules

    private mutating func set(
        _ key: String, to value: AnswerValue, checkingQuotes: Bool
    ) throws(AnswersFileError) {
        guard Self.isKey(key.utf8) else { throw .badKey(key) }
        let text = value.reveal().utf8
        guard !text.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else {
            throw .lineEnd(key: key)
        }
        guard !text.contains(0) else { throw .nul(key: key) }
        guard !checkingQuotes || !text.contains(UInt8(ascii: "\"")) || !text.contains(UInt8(ascii: "'")) else {
            throw .bothQuotes(key: key)
        }
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index].value = value
        } else {
            entries.append((key, value))
        }
    }

    private func render(_ text: (AnswerValue) -> String) -> String {
        entries.map { Self.line($0.key, text($0.value)) }.joined()
    }

    private static func line(_ key: String, _ text: String) -> String {
        let quote = text.utf8.contains(UInt8(ascii: "\"")) ? "'" : "\""
        return "\(key)=\(quote)\(text)\(quote)\n"
    }

    private static func isKey(_ bytes: some Collection<UInt8>) -> Bool {
        guard let first = bytes.first, !isDigit(first) else { return false }
        return bytes.allSatisfy { byte in
            isDigit(byte) || byte == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
    }

    private static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = bytes.firstIndex { !isBlank($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !isBlank($0) } ?? start - 1
        return bytes[start..<end + 1]
    }

    /// One line; nil for a comment or an empty one.
    private static func parse(_ line: [UInt8], number: Int) throws(AnswersFileError) -> (String, String)? {
        let text = trim(line[...])
        guard let first = text.first, first != UInt8(ascii: "#") else { return nil }
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { throw .noEquals(line: number) }
        let name = trim(text[..<equals])
        guard isKey(name) else { throw .noKey(line: number) }
        let key = String(decoding: name, as: UTF8.self)
        var value = trim(text[(equals + 1)...])
        if value.count >= 2, let quote = value.first, value.last == quote, isQuote(quote) {
            value = value.dropFirst().dropLast()
        } else if zip(value, value.dropFirst()).contains(where: { isBlank($0) && $1 == UInt8(ascii: "#") }) {
            throw .unquotedComment(key: key, line: number)
        }
        guard let string = String(validating: value, as: UTF8.self) else { throw .notUTF8(key: key, line: number) }
        return (key, string)
    }
}

/// An answer that the installer cannot be given, or a file that it would not read; values are never quoted.
package enum AnswersFileError: Error, Hashable, CustomStringConvertible {
    /// The key has other characters than letters, digits and underscores, or begins with a digit.
    case badKey(String)
    /// The value has a line end in it.
    case lineEnd(key: String)
    /// The value has a NUL byte in it.
    case nul(key: String)
    /// The value has `"` and `'` in it.
    case bothQuotes(key: String)
    /// A line is neither empty nor a comment nor an answer.
    case noEquals(line: Int)
    /// What stands before `=` is no key.
    case noKey(line: Int)
    /// A value without quotes has a blank and `#` in it.
    case unquotedComment(key: String, line: Int)
    /// A value is no UTF-8.
    case notUTF8(key: String, line: Int)
    /// The file is too large to be one.
    case tooLarge(limit: ByteCount)

    package var description: String {
        switch self {
        case .badKey(let key):
            "'\(key)' cannot be the key of an answer; use letters, digits and underscores, not a digit first"
        case .lineEnd(let key):
            "the answer \(key) has a line end in it, which the installer's format cannot carry; write it in one line"
        case .nul(let key):
            "the answer \(key) has a NUL byte in it, which the installer's format cannot carry; remove it"
        case .bothQuotes(let key):
            "the answer \(key) has both kinds of quotes in it, and the installer's format has no escape; use one kind"
        case .noEquals(let line): "line \(line) of the answers has no '='; write KEY=\"value\""
        case .noKey(let line):
            "line \(line) of the answers does not begin with a key; use letters, digits and underscores"
        case .unquotedComment(let key, let line):
            "line \(line) of the answers: the value of \(key) has a blank and '#' in it; put it in quotes"
        case .notUTF8(let key, let line):
            "line \(line) of the answers: the value of \(key) is no UTF-8; save the file as UTF-8"
        case .tooLarge(let limit): "the answers are larger than \(limit); that is no answers file"
        }
    }
}
