internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// The private key of a command that signs.
struct SigningKeyOptions: ParsableArguments {
    @Option(help: "The private key: PKCS #8 in PEM, as 'imagefactory key create' and openssl write it.")
    var key: String

    @Option(help: PassphraseSource.help)
    var passphrase: PassphraseSource = .prompt

    /// The key.
    func load() async throws -> PrivateKey {
        try await KeyFile.load(
            FilePath(key), passphrase: passphrase, environment: ProcessInfo.processInfo.environment)
    }
}

extension PassphraseSource: ExpressibleByArgument {
    /// What every `--passphrase` says of itself; the passphrase itself is never an argument, which all users can see.
    static let help: ArgumentHelp =
        "Where the key's passphrase comes from: prompt (the terminal), env:NAME, file:PATH (its first line) or none."

    init?(argument: String) {
        self.init(argument)
    }

    var defaultValueDescription: String { "prompt" }
}

extension PrivateKey.Algorithm: ExpressibleByArgument {}
