internal import ArgumentParser
internal import Attestation
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// `imagefactory verify`: whether a release is the one that trusted people signed.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verifies a release, or one image of it, against trusted keys and a policy.",
        discussion: """
            It looks at the signature over SHA256SUMS, at every file, at the manifest, at each statement with its \
            signatures, and at the policy. The exit code is 0 if all of it is good, 65 if anything is not, each reason on \
            a line of its own, and 69 if the release is not there.

            Of a release on a server the evidence is fetched and verified, and removed again; its images too if an image \
            is named or --images is given.

            Without a key it can only say whether the release is consistent: nobody vouches for it then, and it is \
            refused unless --unsigned is given.
            """)

    @Argument(help: ReleaseReference.help(besides: "or an image in it"))
    var release: String

    @Flag(help: "Fetch and verify the images of a release on a server, too.")
    var images = false

    @OptionGroup var trust: TrustOptions

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let (trusted, policy) = try trust.resolve(global)
        let (found, named) = try await ReleaseReference(release).resolve(global)
        let scope = named ?? (found.place.folder != nil || images ? .everything : .evidence)
        let report = try await found.withFolder(scope, scratch: try global.state().fetchedReleases) { path in
            var verification = ReleaseVerification(
                of: try ReleaseFolder(path), scope: scope, trusting: trusted, policy: policy)
            verification.acceptsUnsigned = trust.unsigned
            return try await verification.run()
        }
        try tell(report, scope, isTrusting: trusted != nil)
    }

    private func tell(_ report: VerificationReport, _ scope: ReleaseScope, isTrusting: Bool) throws {
        if global.format == .json {
            try Talk.result(json: report)
        } else if report.isGood {
            lines(report, scope).forEach(Talk.result)
        }
        if !isTrusting {
            Talk.warn("nobody vouches for \(release): no key is named, so it can only be found consistent")
        }
        guard report.isGood else {
            for finding in report.findings { Talk.say("error: \(TerminalText.plain("\(finding)"))") }
            throw ExitCode(ExitStatus.evidence.rawValue)
        }
    }

    private func lines(_ report: VerificationReport, _ scope: ReleaseScope) -> [String] {
        let name = [report.template, report.version].compactMap(\.self).joined(separator: " ")
        let size = ByteCount(report.files.map(\.size).reduce(0, +))
        let signers = Set(report.signatures.map { "\($0.signer) (\($0.fingerprint))" }).sorted()
        let evidence = report.evidence.map(\.rawValue).joined(separator: ", ")
        let verdict = report.isVouchedFor ? "good" : "consistent, and vouched for by nobody"
        return [
            "\(name): \(verdict)",
            "release    \(report.releaseDigest.map(\.description) ?? "")",
            "signed by  \(signers.isEmpty ? "nobody" : signers.joined(separator: ", "))",
            "evidence   \(evidence.isEmpty ? "none" : evidence)",
            "files      \(report.files.count), \(size)",
        ] + (scope == .evidence ? ["images     none was fetched; --images verifies their content, too"] : [])
    }
}
