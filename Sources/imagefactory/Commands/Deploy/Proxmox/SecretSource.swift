internal import ArgumentParser
internal import Attestation
internal import Deployment
internal import HostSystem
internal import SystemPackage

/// Where a secret comes from; it is never an argument, which all users can see.
enum SecretSource: ExpressibleByArgument {
    /// An environment variable.
    case environment(String)
    /// The first line of a file that is its owner's alone.
    case file(FilePath)

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count == 2 ? parts[1] : nil) {
        case ("env", let name?): self = .environment(name)
        case ("file", let path?): self = .file(FilePath(path))
        default: return nil
        }
    }

    var defaultValueDescription: String { "env:PROXMOX_TOKEN" }

    /// The token.
    func token(_ environment: [String: String]) throws -> ProxmoxToken {
        guard let token = ProxmoxToken(try text(environment)) else {
            throw UsageError(description: "\(place) holds no token; it must be USER@REALM!NAME=SECRET")
        }
        return token
    }

    /// The password, which is said nowhere from now on.
    func password(_ environment: [String: String]) throws -> Secret {
        let secret = try text(environment)
        let text = secret.reveal()
        guard (8...1024).contains(text.utf8.count), text.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
            throw UsageError(description: "\(place) holds no password of at least 8 characters, all of them printable")
        }
        Talk.hide { $0.replacing(text, with: "<redacted>") }
        return secret
    }

    private func text(_ environment: [String: String]) throws -> Secret {
        switch self {
        case .environment(let name):
            guard let text = environment[name], !text.isEmpty else {
                throw MissingSecretError(description: "the variable \(name) is not set; a secret is to come from it")
            }
            return Secret(text)
        case .file(let path):
            let line = try GuardedFile.read(path, .private).prefix { $0 != UInt8(ascii: "\n") }
            return Secret(String(decoding: line, as: UTF8.self))
        }
    }

    private var place: String {
        switch self {
        case .environment(let name): "the variable \(name)"
        case .file(let path): path.string
        }
    }
}

/// A secret that is not there.
struct MissingSecretError: Error, CustomStringConvertible {
    let description: String
}
