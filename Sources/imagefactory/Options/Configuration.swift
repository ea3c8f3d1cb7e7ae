internal import Attestation
internal import HostSystem
internal import Machines
internal import Pipeline
internal import SystemPackage

/// Defaults for options: from `IMAGEFACTORY_*` variables, else from `imagefactory.yaml` beside `templates/`, which never
/// holds a secret.
struct Configuration {
    /// The name of the file.
    static let fileName: FilePath = "imagefactory.yaml"

    /// What executes the guests.
    let accelerator: AcceleratorRequest
    /// libvirt's URI; nil for a driver inside this process.
    let connect: String?
    /// The folder for releases. A variable's is relative to the working folder, the file's to its own.
    let output: FilePath
    /// What becomes of a machine that failed.
    let onFailure: FailurePolicy
    /// Whether guests are frozen in the middle of their provisioning, with their memory, for later builds.
    let checkpoints: Switch
    /// The places outside of ``output`` where releases are found; they are copied to those that are folders. Relative ones
    /// are like ``output``.
    let releases: [ReleasePlace]
    /// Who supplies the images, as their SBOMs name it; nil where nobody said.
    let supplier: String?
    /// The file of the key that signs releases; nil for releases that nobody signs.
    let signingKey: FilePath?
    /// Where the passphrase of ``signingKey`` is found, never the passphrase.
    let signingPassphrase: String?
    /// The git remote that the ledger of promotions is shared by; nil for `origin`, where there is one.
    let remote: String?
    /// The SSH key that signs the ledger's tags; nil for that of git's own settings.
    let tagSigningKey: FilePath?

    /// The defaults for the templates in `root`; a variable without text counts as not set.
    init(root: FilePath, environment: [String: String]) throws {
        let file = try ConfigurationFile(root: root)
        let variables = ConfigurationVariables(environment: environment)
        accelerator = try variables.word("IMAGEFACTORY_ACCELERATOR") ?? file.accelerator ?? .auto
        connect = variables.text("IMAGEFACTORY_CONNECT") ?? file.connect
        output =
            variables.text("IMAGEFACTORY_OUTPUT").map { FilePath($0).absolute }
            ?? root.pushing(FilePath(file.output ?? "output"))
        onFailure = try variables.word("IMAGEFACTORY_ON_FAILURE") ?? file.onFailure ?? .clean
        checkpoints = try variables.word("IMAGEFACTORY_CHECKPOINTS") ?? file.checkpoints ?? .on
        releases =
            try variables.places("IMAGEFACTORY_RELEASES")
            ?? file.releases.map { try ReleasePlace($0, relativeTo: root) }
        supplier = variables.text("IMAGEFACTORY_SUPPLIER") ?? file.supplier
        signingKey =
            variables.text("IMAGEFACTORY_SIGNING_KEY").map { FilePath($0).absolute }
            ?? file.signingKey.map { root.pushing(FilePath($0)) }
        signingPassphrase = variables.text("IMAGEFACTORY_SIGNING_PASSPHRASE") ?? file.signingPassphrase
        remote = variables.text("IMAGEFACTORY_REMOTE") ?? file.remote
        tagSigningKey =
            variables.text("IMAGEFACTORY_TAG_SIGNING_KEY").map { FilePath($0).absolute }
            ?? file.tagSigningKey.map { root.pushing(FilePath($0)) }
    }
}

/// Whether something is done.
enum Switch: String, CaseIterable {
    /// It is.
    case on
    /// It is not.
    case off
}

/// What `imagefactory.yaml` says; nothing where there is none.
private struct ConfigurationFile {
    var accelerator: AcceleratorRequest?
    var connect: String?
    var output: String?
    var onFailure: FailurePolicy?
    var checkpoints: Switch?
    var releases: [String] = []
    var supplier: String?
    var signingKey: String?
    var signingPassphrase: String?
    var remote: String?
    var tagSigningKey: String?

    init(root: FilePath) throws {
        let path = root.pushing(Configuration.fileName)
        guard path.exists else { return }
        let reader = YAMLReader()
        let node = try YAMLFile.read(path, named: Configuration.fileName)
        let values = reader.mapping(node, named: Configuration.fileName.string) { keys in
            (
                accelerator: keys.word("accelerator", as: AcceleratorRequest.self), connect: keys.string("connect"),
                output: keys.string("output"), onFailure: keys.word("on-failure", as: FailurePolicy.self),
                checkpoints: keys.word("checkpoints", as: Switch.self),
                releases: places(reader, keys.strings("releases")), signingKey: keys.string("signing-key"),
                supplier: keys.string("supplier"),
                signingPassphrase: keys.string("signing-passphrase"), remote: keys.string("remote"),
                tagSigningKey: keys.string("tag-signing-key")
            )
        }
        try reader.finish()
        accelerator = values?.accelerator
        connect = values?.connect
        output = values?.output
        onFailure = values?.onFailure
        checkpoints = values?.checkpoints
        releases = values?.releases ?? []
        supplier = values?.supplier
        signingKey = values?.signingKey
        signingPassphrase = values?.signingPassphrase
        remote = values?.remote
        tagSigningKey = values?.tagSigningKey
    }
}

/// The places of a list, without those that are none, which are reported.
private func places(_ reader: YAMLReader, _ texts: [Placed<String>]) -> [String] {
    for text in texts {
        do {
            _ = try ReleasePlace(text.value, relativeTo: "/")
        } catch {
            reader.report(at: text.place, "an item of 'releases' cannot be used: \(error)")
        }
    }
    return texts.map(\.value)
}

/// The process's variables, of which the empty ones count for nothing.
private struct ConfigurationVariables {
    let environment: [String: String]

    func text(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Folders and addresses with colons between; those of an address part nothing.
    func places(_ name: String) throws -> [ReleasePlace]? {
        guard let text = text(name) else { return nil }
        let item = /[a-z]+:\/\/(\[[^\]]*\]|[^:\/]*)(:[0-9]+(?=\/|:|$))?[^:]*|[^:]+/
        return try text.matches(of: item).map { match in
            do {
                return try ReleasePlace(String(match.output.0), relativeTo: FilePath(".").absolute)
            } catch {
                throw UsageError(description: "\(name): \(error)")
            }
        }
    }

    func word<Word: RawRepresentable & CaseIterable>(_ name: String) throws -> Word? where Word.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError(description: "\(name) is '\(text)'; it can be one of \(words)")
        }
        return word
    }
}
