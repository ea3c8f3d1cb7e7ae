internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// `imagefactory key create`
struct KeyCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a key: NAME.key, which only you can read, and NAME.pub for those who verify.",
        discussion: """
            Both are PEM, as openssl and cosign read it. A key that is there is never replaced. Keep NAME.key and its \
            passphrase where no build machine's backup holds both, for a lost key cannot be made again.
            """)

    @Argument(help: "The key's name: that of its files, without their extensions.")
    var name: String

    @Option(help: "The algorithm: p256, which every program knows, or ed25519.")
    var algorithm: PrivateKey.Algorithm = .p256

    @Option(help: PassphraseSource.help)
    var passphrase: PassphraseSource = .prompt

    @Option(help: "The folder that the files are put into.")
    var output: String = "."

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard KeyFile.isName(name) else {
            throw ValidationError("'\(name)' is no plain name of a file: letters, digits, '.', '_' and '-'.")
        }
    }

    func run() async throws {
        let folder = FilePath(output)
        let file = KeyFile(named: name, in: folder)
        try file.checkIsFree()
        let secret = try await passphrase.newPassphrase(
            of: file.privatePath, environment: ProcessInfo.processInfo.environment, terminal: TerminalPrompt())
        if secret == nil { Talk.warn("without a passphrase, whoever can read \(file.privatePath) can sign") }
        try folder.createFolder()
        let report = KeyReport(
            try await file.create(algorithm, passphrase: secret), privatePath: file.privatePath,
            publicPath: file.publicPath)
        guard global.format == .text else { return try Talk.result(json: report) }
        for line in report.lines { Talk.result(line) }
    }
}
