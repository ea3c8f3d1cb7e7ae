internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// `imagefactory key show`
struct KeyShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a key's algorithm, its fingerprint and its public half.")

    @Argument(help: "The file of a public key, or of a private one.")
    var path: String

    @Option(help: PassphraseSource.help)
    var passphrase: PassphraseSource = .prompt

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let report = KeyReport(try await load(FilePath(path)))
        guard global.format == .text else { return try Talk.result(json: report) }
        for line in report.lines + ["", String(report.pem.dropLast())] { Talk.result(line) }
    }

    private func load(_ path: FilePath) async throws -> PublicKey {
        do {
            return try KeyFile.loadPublic(path)
        } catch KeyFileError.key(_, .otherContent) {
            return try await KeyFile.load(
                path, passphrase: passphrase, environment: ProcessInfo.processInfo.environment
            ).publicKey
        }
    }
}
