package import HostSystem
package import Pipeline

/// The secrets among a template's answers, fetched when they are used and kept nowhere.
package struct AnswerSecrets: Sendable {
    private let stateKey: @Sendable () throws -> [UInt8]
    private let environment: [String: String]

    /// Secrets of a factory whose private key is `stateKey`.
    package init(stateKey: @escaping @Sendable () throws -> [UInt8], environment: [String: String]) {
        self.stateKey = stateKey
        self.environment = environment
    }

    /// The value of a secret answer; nil if `key` is not one.
    ///
    /// A generated one is a keyed digest of the installation's key: nobody without the factory's private key can know
    /// it, it is stored nowhere, and a build that goes on from a stored installation still has it.
    package func value(of key: String, in answers: Template.Answers, keys: StageKeys) throws -> Secret? {
        guard let source = source(of: key, in: answers) else { return nil }
        guard source == .generate else { return try source.resolve(environment: environment) }
        let subject = "\(keys.byStage[InstallSystem.name]?.hex ?? "") \(key)"
        return Secret("if-" + Digest.keyed(Array(subject.utf8), by: try stateKey()).hex.prefix(40))
    }

    /// What stands for a secret answer in a stage's key.
    package func fingerprint(of key: String, in answers: Template.Answers) throws -> String {
        try source(of: key, in: answers)?.fingerprint(environment: environment, key: try stateKey()) ?? ""
    }

    private func source(of key: String, in answers: Template.Answers) -> Template.SecretSource? {
        guard case .secret(let source)? = answers.entries.first(where: { $0.key == key })?.value else { return nil }
        return source
    }
}
