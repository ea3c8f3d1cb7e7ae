package import HostSystem
package import SystemPackage

extension Template.SecretSource {
    /// The secret itself, from `environment` or a file, or made up.
    ///
    /// A file's last line end is not part of the secret. The build does not use this for `generate`: it derives that
    /// secret, so that a resumed build has it again.
    package func resolve(environment: [String: String]) throws(SecretError) -> Secret {
        switch self {
        case .generate:
            var generator = SystemRandomNumberGenerator()
            let letters = Array("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
            return Secret(String((0..<24).compactMap { _ in letters.randomElement(using: &generator) }))
        case .environment(let name):
            guard let text = environment[name], !text.isEmpty else { throw .noVariable(name) }
            return try Self.checked(text, of: "the environment variable \(name)")
        case .file(let path):
            let bytes: [UInt8]
            do {
                bytes = try path.readBytes(limit: .mebibytes(1))
            } catch {
                throw .noFile(path, cause: error)
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .unusable(path.string, why: "is no UTF-8")
            }
            let line = text.hasSuffix("\n") ? String(text.dropLast()) : text
            guard !line.isEmpty else { throw .unusable(path.string, why: "is empty") }
            return try Self.checked(line, of: path.string)
        }
    }

    /// What stands for the secret in a stage's options: a keyed digest, so that another secret is noticed and none
    /// revealed; for a made-up secret, that it is made up.
    package func fingerprint(environment: [String: String], key: [UInt8]) throws(SecretError) -> String {
        guard self != .generate else { return "generate" }
        let secret = try resolve(environment: environment)
        return "hmac-sha256:" + Digest.keyed(Array(secret.reveal().utf8), by: key).hex
    }

    private static func checked(_ text: String, of name: String) throws(SecretError) -> Secret {
        guard !text.contains(where: \.isNewline), !text.utf8.contains(0) else {
            throw .unusable(name, why: "has more than one line")
        }
        // The console would take it for a key, and it could not be found in a log that shows it otherwise.
        guard text.unicodeScalars.allSatisfy(\.isShown) else {
            throw .unusable(name, why: "has a character in it that is not shown, such as a tab")
        }
        guard text.utf8.count >= Secret.shortest else {
            throw .unusable(name, why: "is shorter than \(Secret.shortest) bytes, and could not be kept out of logs")
        }
        guard !text.contains("\"") || !text.contains("'") else {
            throw .unusable(name, why: "has both kinds of quotes, which the installer cannot read")
        }
        return Secret(text)
    }
}

/// Why a secret cannot be had.
package enum SecretError: Error, CustomStringConvertible {
    /// The variable is not set, or empty.
    case noVariable(String)
    /// The file cannot be read.
    case noFile(FilePath, cause: any Error)
    /// What is there cannot be an answer.
    case unusable(String, why: String)

    package var description: String {
        switch self {
        case .noVariable(let name): "the environment variable \(name) is not set; the template takes a secret from it"
        case .noFile(let path, let cause): "the secret in \(path) cannot be read: \(cause)"
        case .unusable(let name, let why): "the secret in \(name) \(why)"
        }
    }
}
