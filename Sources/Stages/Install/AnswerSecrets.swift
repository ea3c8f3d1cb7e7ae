package import HostSystem
package import Machines
package import Pipeline

/// The secrets among a template's answers, fetched when they are used and kept nowhere.
package struct AnswerSecrets: Sendable {
    private let stateKey: @Sendable () throws -> [UInt8]
    private let environment: [String: String]
    /// Those that were fetched or made so far, and what else must not be told.
    package let known: KnownSecrets

    /// Secrets of a factory whose private key is `stateKey`.
    package init(
        stateKey: @escaping @Sendable () throws -> [UInt8], environment: [String: String],
        known: KnownSecrets = KnownSecrets()
    ) {
        self.stateKey = stateKey
        self.environment = environment
        self.known = known
    }

    /// Learns the secrets that are there before anything is made, so that they are known to whatever runs first; one that
    /// cannot be had is for whoever needs it to tell.
    package func learn(_ answers: Template.Answers) {
        for case .secret(let source) in answers.entries.map(\.value) where source != .generate {
            if let secret = try? source.resolve(environment: environment) { known.add(secret) }
        }
    }

    /// The value of a secret answer; nil if `key` is not one.
    ///
    /// A generated one is a keyed digest of the installation's key: nobody without the factory's private key can know
    /// it, it is stored nowhere, and a build that goes on from a stored installation still has it.
    package func value(of key: String, in answers: Template.Answers, keys: StageKeys) throws -> Secret? {
        guard let source = source(of: key, in: answers) else { return nil }
        let secret = try source == .generate ? made(key, keys) : source.resolve(environment: environment)
        known.add(secret)
        return secret
    }

    private func made(_ key: String, _ keys: StageKeys) throws -> Secret {
        let subject = "\(keys.byStage[InstallSystem.name]?.hex ?? "") \(key)"
        return Secret("if-" + Digest.keyed(Array(subject.utf8), by: try stateKey()).hex.prefix(40))
    }

    /// What takes out of all that is shown the secrets among the answers, and what else is known to be one.
    package func redactor(for answers: Template.Answers, keys: StageKeys) -> Redactor {
        for entry in answers.entries { _ = try? value(of: entry.key, in: answers, keys: keys) }
        return known.redactor
    }

    /// What stands for a secret answer in a stage's key.
    package func fingerprint(of key: String, in answers: Template.Answers) throws -> String {
        guard let source = source(of: key, in: answers) else { return "" }
        if source != .generate { known.add(try source.resolve(environment: environment)) }
        return try source.fingerprint(environment: environment, key: try stateKey())
    }

    private func source(of key: String, in answers: Template.Answers) -> Template.SecretSource? {
        guard case .secret(let source)? = answers.entries.first(where: { $0.key == key })?.value else { return nil }
        return source
    }
}
