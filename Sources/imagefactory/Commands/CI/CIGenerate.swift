internal import ArgumentParser
internal import ContinuousIntegration
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// What runs the jobs that `ci generate` writes.
extension Forge: ExpressibleByArgument {}

/// `imagefactory ci generate`
struct CIGenerate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Writes the job that builds what a tag asks for: for github, gitlab, gitea, or as git hooks.",
        discussion: """
            The file is kept in pipelines/ci/ and written where the forge looks for it; hooks are written into the bare \
            repository that --repository names. A file that was edited by hand, or that the factory did not write, is \
            left alone unless --force is given.
            """)

    @Argument(help: "github, gitlab, gitea or hook.")
    var kind: Forge

    @Option(
        name: .customLong("runner"), help: "A label, or GitLab's tag, of runners with /dev/kvm; may be given again.")
    var runners: [String] = []

    @Option(name: .customLong("secret"), help: "The name of a secret that the build gets; may be given again.")
    var secrets: [String] = []

    @Option(
        help: "The folder on the runners that keeps the layers, such as a volume (default: the factory's usual one).")
    var state: String?

    @Option(help: "With hook: the bare repository that gets the hooks.")
    var repository: String?

    @Flag(help: "Write into pipelines/ci/ alone.")
    var noInstall = false

    @Flag(help: "Write nothing, and fail if a file is not as it would be written.")
    var check = false

    @Flag(help: "Replace files that were edited by hand.")
    var force = false

    @OptionGroup var global: GlobalOptions

    /// Clashes between the arguments.
    func validate() throws {
        if kind == .hook {
            guard runners.isEmpty, secrets.isEmpty, state == nil else {
                throw ValidationError("hooks have no runners: --runner, --secret and --state are for forges")
            }
        } else if repository != nil {
            throw ValidationError("--repository is for hooks")
        }
        guard !check || !force else { throw ValidationError("--check writes nothing, so there is nothing to --force") }
    }

    func run() async throws {
        let root = try global.templates().root
        if let repository, !FilePath(repository).isBareRepository {
            throw UsageError(description: "\(repository) is no bare git repository; 'git init --bare' makes one")
        }
        var targets = try files().map { Target(root: root, file: $0) }
        if !noInstall { targets += installed(in: root, targets.map(\.file)) }
        let states = try targets.map { (target: $0, state: try $0.file.state(in: $0.root)) }
        if check {
            let wrong = states.filter { $0.state != .current }
            guard wrong.isEmpty else { throw GeneratedFilesError.notCurrent(wrong.map { ($0.target.path, $0.state) }) }
        } else {
            let kept = states.filter { [.edited, .foreign].contains($0.state) && !force }
            guard kept.isEmpty else { throw GeneratedFilesError.notOurs(kept.map { ($0.target.path, $0.state) }) }
            for (target, state) in states where state != .current { try target.file.write(in: target.root) }
        }
        let paths = targets.map(\.path.string)
        guard global.format == .text else { return try Talk.result(json: paths) }
        for path in paths { Talk.result(path) }
    }

    /// A file and the folder that it belongs into.
    private struct Target {
        let root: FilePath
        let file: GeneratedFile

        var path: FilePath { root.pushing(file.path) }
    }

    private func files() throws -> [GeneratedFile] {
        func options(_ usual: [String]) throws -> WorkflowOptions {
            try WorkflowOptions(
                runner: runners.isEmpty ? usual : runners, secrets: secrets, state: state)
        }
        return switch kind {
        case .github: [ActionsWorkflow(.github, try options(["self-hosted", "linux", "kvm"])).file]
        case .gitea: [ActionsWorkflow(.gitea, try options(["kvm"])).file]
        case .gitlab: [GitLabWorkflow(try options(["kvm"])).file]
        case .hook: ServerHooks.files
        }
    }

    /// The same files where they take effect.
    private func installed(in root: FilePath, _ files: [GeneratedFile]) -> [Target] {
        switch kind {
        case .github, .gitea: files.map { Target(root: root, file: $0.at(ActionsWorkflow.place(of: kind))) }
        case .gitlab: files.map { Target(root: root, file: $0.at(GitLabWorkflow.place)) }
        case .hook:
            repository.map { repository in
                files.map { file in
                    let name = file.path.lastComponent.map { FilePath("hooks").appending($0) } ?? file.path
                    return Target(root: FilePath(repository).absolute, file: file.at(name))
                }
            } ?? []
        }
    }
}

extension FilePath {
    /// Whether a folder has what git asks of a bare repository.
    fileprivate var isBareRepository: Bool {
        appending("HEAD").exists && appending("objects").isFolder && appending("refs").isFolder
    }
}

/// Why files are not as `ci generate` would write them.
enum GeneratedFilesError: Error, CustomStringConvertible {
    /// They would be written otherwise now.
    case notCurrent([(path: FilePath, state: GeneratedFile.State)])
    /// They are somebody's own work.
    case notOurs([(path: FilePath, state: GeneratedFile.State)])

    var description: String {
        switch self {
        case .notCurrent(let files):
            Self.list(files) + "; run the same command without --check"
        case .notOurs(let files):
            Self.list(files) + "; move your changes elsewhere, give --no-install, or replace it by --force"
        }
    }

    private static func list(_ files: [(path: FilePath, state: GeneratedFile.State)]) -> String {
        files.map { path, state in
            switch state {
            case .missing: "\(path) is missing"
            case .current: "\(path) is current"
            case .outdated: "\(path) is out of date"
            case .edited: "\(path) was edited by hand"
            case .foreign: "\(path) was not written by 'ci generate'"
            }
        }.joined(separator: "; ")
    }
}
