internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import Pipeline
internal import Stages
internal import SystemPackage

/// Options that say whose signatures count, and for what.
struct TrustOptions: ParsableArguments {
    @Option(help: "A public key; what it signed counts.")
    var key: String?

    @Option(help: "A folder of public keys, NAME.pub (default: trust/ beside templates/, if it is there).")
    var trust: String?

    @Option(help: "A policy: what must be there and who may sign (default: policy.yaml in the folder of keys).")
    var policy: String?

    @Flag(help: "Take a release for which nobody vouches, if it is consistent.")
    var unsigned = false

    func validate() throws {
        guard key == nil || trust == nil else { throw ValidationError("--key and --trust exclude each other") }
        guard !unsigned || key == nil && trust == nil else {
            throw ValidationError("--unsigned asks for no signature, and --key and --trust do")
        }
    }

    /// The signers and the policy; no signers where nobody is named, or where nobody is asked for.
    func resolve(_ global: GlobalOptions) throws -> (trusted: TrustedSigners?, policy: VerificationPolicy) {
        try TrustSource(key: key, folder: trust, policy: policy, asksNobody: unsigned).resolve(global)
    }
}

/// Where the keys of those lie whose signatures count.
struct TrustSource {
    /// A public key.
    var key: String?
    /// A folder of them.
    var folder: String?
    /// A policy in place of the folder's own.
    var policy: String?
    /// Whether nobody's signature is asked for.
    var asksNobody = false
    /// What is asked for where no policy says it.
    var usual = VerificationPolicy()

    /// The signers and the policy; no signers where nobody is named, or where nobody is asked for.
    func resolve(_ global: GlobalOptions) throws -> (trusted: TrustedSigners?, policy: VerificationPolicy) {
        let named = try policy.map { try PolicyReader.read(FilePath($0)) }
        if let key { return try checked(TrustedSigners(key: FilePath(key)), named) }
        guard !asksNobody, let folder = try folder.map({ FilePath($0) }) ?? usualFolder(global) else {
            return (nil, named ?? VerificationPolicy(required: []))
        }
        let file = folder.appending("policy.yaml")
        let own = try named ?? (file.isPresent ? PolicyReader.read(file) : nil)
        return try checked(TrustedSigners(folder: folder), own)
    }

    private func checked(
        _ trusted: TrustedSigners, _ policy: VerificationPolicy?
    ) throws -> (TrustedSigners?, VerificationPolicy) {
        let policy = policy ?? usual
        if key == nil { try policy.check(against: trusted) }
        return (trusted, policy)
    }

    /// The folder of keys beside the templates; nil where there is none.
    private func usualFolder(_ global: GlobalOptions) throws -> FilePath? {
        let root: FilePath
        do {
            root = try global.templates().root
        } catch TemplateFolderError.noTemplates, TemplateFolderError.noRoot {
            return nil
        }
        let folder = root.appending("trust")
        return folder.isPresent ? folder : nil
    }
}

extension FilePath {
    /// Whether the name is taken, be it by a link to nothing: a broken link is no reason to ask for less.
    fileprivate var isPresent: Bool { exists || isLink }
}
