internal import ArgumentParser
internal import Attestation
internal import HostSystem
internal import SystemPackage

/// `imagefactory sign`: a signature of a finished release.
struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Signs a release that is there: its SHA256SUMS, which names every file by its digest.",
        discussion: """
            The signature is put beside it as SHA256SUMS.sig, raw, as 'openssl dgst -verify' and 'cosign verify-blob' \
            take it. The files are not read again: verify a release that you did not build before you sign it.
            """)

    @Argument(help: "The release's folder: output/NAME/VERSION.")
    var release: String

    @OptionGroup var signing: SigningKeyOptions

    @Flag(help: "Replace a signature that another key made, or that is of other checksums.")
    var replace = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let signature = ReleaseSignature(of: FilePath(release))
        try signature.checkRelease()
        let key = try await signing.load()
        let outcome = try signature.make(by: key, replaces: replace)
        let result = Result(
            signature: signature.path.string, fingerprint: key.publicKey.fingerprint, outcome: outcome)
        guard global.format == .text else { return try Talk.result(json: result) }
        Talk.result(result.line)
    }

    /// A signature, as JSON.
    private struct Result: Encodable {
        let signature: String
        let fingerprint: Digest
        let outcome: ReleaseSignature.Outcome

        var line: String {
            switch outcome {
            case .made: "\(signature) is made by the key \(fingerprint.short)"
            case .kept: "\(signature) was made by the key \(fingerprint.short) before, and is good"
            case .replaced: "\(signature) is replaced by that of the key \(fingerprint.short)"
            }
        }
    }
}
