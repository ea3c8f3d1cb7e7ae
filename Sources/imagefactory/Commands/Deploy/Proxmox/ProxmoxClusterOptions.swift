internal import ArgumentParser
internal import Attestation
internal import Deployment
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Options that say which cluster is meant, and who asks.
struct ProxmoxClusterOptions: ParsableArguments {
    @Option(help: "The API of one of its nodes: https://HOST[:8006].")
    var endpoint: ProxmoxEndpoint?

    @Option(help: "Where the token is: env:NAME, or file:PATH (its first line) (default: env:PROXMOX_TOKEN).")
    var token: TokenSource = .environment("PROXMOX_TOKEN")

    @Option(help: "The authorities that must vouch for the server, in PEM (default: the system's).")
    var caFile: String?

    @Option(help: "The SHA-256 fingerprint that the server's certificate must have; then nothing else of it counts.")
    var fingerprint: CertificateFingerprint?

    @Option(help: "How long a task of the cluster may take: 30min, 2h (default: 2h).")
    var taskDeadline: Age?

    @Option(help: "How long a clone may take until its agent answers: 90s, 10min (default: 10min).")
    var bootDeadline: Age?

    func validate() throws {
        guard caFile == nil || fingerprint == nil else {
            throw ValidationError("--ca-file and --fingerprint exclude each other")
        }
    }

    /// A client of the cluster.
    ///
    /// - Throws: `UsageError`, `GuardedFileError`, `PassphraseError`, `ProxmoxTrustError`.
    func client() throws -> ProxmoxClient {
        guard let endpoint else { throw UsageError(description: "--endpoint is needed: https://HOST[:8006]") }
        let token = try token.token(ProcessInfo.processInfo.environment)
        Talk.hide { token.redacted($0) }
        var patience = ProxmoxPatience()
        if let taskDeadline { patience.task = taskDeadline.time }
        if let bootDeadline { patience.boot = bootDeadline.time }
        return ProxmoxClient(
            endpoint: endpoint, token: token, trust: try ProxmoxTrust(rule), patience: patience,
            report: { Talk.say(TerminalText.plain($0)) })
    }

    private var rule: ProxmoxTrust.Rule {
        get throws {
            if let fingerprint { return .fingerprint(fingerprint) }
            guard let caFile else { return .system }
            return .authorities(try GuardedFile.read(FilePath(caFile), .open, limit: 1 << 20))
        }
    }
}

/// Where a token comes from; it is never an argument, which all users can see.
enum TokenSource: ExpressibleByArgument {
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

    private func text(_ environment: [String: String]) throws -> Secret {
        switch self {
        case .environment(let name):
            guard let text = environment[name], !text.isEmpty else {
                throw MissingTokenError(description: "the variable \(name) is not set; the token is to come from it")
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

/// A token that is not there.
struct MissingTokenError: Error, CustomStringConvertible {
    let description: String
}

extension ProxmoxEndpoint: ExpressibleByArgument {
    init?(argument: String) { self.init(parsing: argument) }
}

extension CertificateFingerprint: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}
