internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// The key that signs what a build releases; without one, nobody vouches for the release.
struct ReleaseSigningOptions: ParsableArguments {
    @Option(help: "The private key that signs the release (default: signing-key in imagefactory.yaml; else none).")
    var key: String?

    @Option(help: PassphraseSource.help)
    var passphrase: PassphraseSource?

    /// The key, loaded before anything else is done, so that nobody is asked for a passphrase at the end of a build.
    ///
    /// - Throws: ``UsageError`` where the configuration does not say what a passphrase's source is; else what
    ///   ``KeyFile`` throws.
    func signer(_ configuration: Configuration) async throws -> PrivateKey? {
        guard let path = key.map({ FilePath($0).absolute }) ?? configuration.signingKey else { return nil }
        return try await KeyFile.load(
            path, passphrase: try passphrase ?? configured(configuration),
            environment: ProcessInfo.processInfo.environment)
    }

    /// The environment variable that the passphrase is read from; nil where it comes from elsewhere.
    func passphraseVariable(_ configuration: Configuration) throws -> String? {
        guard key != nil || configuration.signingKey != nil,
            case .environment(let name) = try passphrase ?? configured(configuration)
        else { return nil }
        return name
    }

    private func configured(_ configuration: Configuration) throws -> PassphraseSource {
        guard let text = configuration.signingPassphrase else { return .prompt }
        guard let source = PassphraseSource(text) else {
            // Somebody may have written the passphrase itself.
            throw UsageError(
                description: "signing-passphrase names no source; it can be prompt, env:NAME, file:PATH or none")
        }
        return source
    }
}
