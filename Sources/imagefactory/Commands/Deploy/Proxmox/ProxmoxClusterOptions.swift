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
    var token: SecretSource = .environment("PROXMOX_TOKEN")

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

    /// Whether a cluster is meant at all.
    var isNamed: Bool { endpoint != nil }

    /// A client of the cluster.
    ///
    /// - Parameter secrets: What is never told beside the token.
    /// - Throws: `UsageError`, `GuardedFileError`, `MissingSecretError`, `ProxmoxTrustError`.
    func client(hiding secrets: [Secret] = []) throws -> ProxmoxClient {
        guard let endpoint else { throw UsageError(description: "--endpoint is needed: https://HOST[:8006]") }
        let token = try token.token(ProcessInfo.processInfo.environment)
        Talk.hide { token.redacted($0) }
        var patience = ProxmoxPatience()
        if let taskDeadline { patience.task = taskDeadline.time }
        if let bootDeadline { patience.boot = bootDeadline.time }
        return ProxmoxClient(
            endpoint: endpoint, token: token, trust: try ProxmoxTrust(rule), patience: patience, hiding: secrets,
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

extension ProxmoxEndpoint: ExpressibleByArgument {
    init?(argument: String) { self.init(parsing: argument) }
}

extension CertificateFingerprint: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}
