internal import GuestAgent
internal import HostSystem
package import Machines
package import Pipeline
internal import SystemPackage

/// Uploads files, runs scripts and installs packages in the installed system, as the template says.
package struct Provision: GuestStage {
    package static let name = "provision"
    package static let summary = "upload files, run scripts and install packages in the installed system"
    package static let revision = 2

    package let name: String
    let steps: [Template.ProvisionStep]
    private let repositories: RepositoryMemory?
    private let maxAge: Duration?

    /// The steps of `template` that its answers leave in; what they read of package repositories is noted in
    /// `repositories`.
    package init(template: Template, repositories: RepositoryMemory? = nil) {
        name = Self.name
        steps = template.provision.filter { $0.condition?.holds(for: template.answers) ?? true }
        // A guest without a network reads what is on its own disk.
        self.repositories = template.machine.network == .none || steps.isEmpty ? nil : repositories
        maxAge = template.maxAge
    }

    /// A step under a name of its own.
    init(name: String, step: Template.ProvisionStep) {
        self.name = name
        steps = [step]
        repositories = nil
        maxAge = nil
    }

    package func ingredients() async throws -> Ingredients? {
        let own = try await Self.ingredients(of: steps)
        return try await repositories?.ingredients(own) ?? own
    }

    /// Whether the provisioning read package repositories, and that so long ago that the template wants it done again.
    package func isTooOld() async throws -> Bool {
        guard let maxAge, let age = try await repositories?.age(of: Self.ingredients(of: steps)) else { return false }
        return age > maxAge
    }

    /// What the template and its files say of the first steps, whatever repositories hold.
    private static func ingredients(of steps: some Collection<Template.ProvisionStep>) async throws -> Ingredients {
        var inputs: [String: Digest] = [:]
        for (index, step) in steps.enumerated() {
            let own = try await Self.inputs(of: step)
            inputs.merge(numbered(own, at: index)) { $1 }
        }
        return try Ingredients(options: steps.map(ProvisionOptions.init), inputs: inputs)
    }

    /// What a step reads on this host.
    static func inputs(of step: Template.ProvisionStep) async throws -> [String: Digest] {
        switch step.action {
        case .upload(let from, _): try await Upload(from: from).digests()
        case .run(.file(let path)): input(path, try await Digest.of(file: path))
        case .run(.commands), .packages: [:]
        }
    }

    private static func input(_ script: FilePath, _ digest: Digest) -> [String: Digest] {
        [script.lastComponent?.string ?? script.string: digest]
    }

    /// A part for each step. Where a guest may read repositories, a part's recipe follows what those say that the steps so
    /// far were seen to read: a guest that was frozen behind them is of no use once they say something else.
    package func parts() async throws -> [GuestPart] {
        var parts: [GuestPart] = []
        for (index, step) in steps.enumerated() {
            var recipe = try Ingredients(options: ProvisionOptions(step), inputs: try await Self.inputs(of: step))
            var own: Ingredients?
            if let repositories {
                let soFar = try await Self.ingredients(of: steps.prefix(index + 1))
                recipe = try await repositories.ingredients(soFar)
                own = soFar
            }
            let read = own
            parts.append(
                GuestPart(recipe: recipe, isSkippable: true) { guest, work in
                    let log = try StepLog(work.run.log(of: name), redactor: guest.machine.redactor)
                    work.report("\(index + 1)/\(steps.count) \(step.summary)")
                    try await attempt(step, index: index, in: guest, log: log, work)
                    guard let repositories, let read else { return }
                    try repositories.note(try await RepositoryScan.read(in: guest), by: read)
                })
        }
        return parts
    }

    package func run(in guest: Guest, _ work: StageWork) async throws {
        for part in try await parts() { try await part.run(guest, work) }
    }

    private func attempt(
        _ step: Template.ProvisionStep, index: Int, in guest: Guest, log: StepLog, _ work: StageWork
    ) async throws {
        for attempt in 0...step.retries {
            log.begin("\(step.place): \(step.summary)\(attempt > 0 ? " (attempt \(attempt + 1))" : "")")
            guest.machine.note("the beginning of '\(step.summary)'")
            let start = ContinuousClock.now
            do {
                return try await withDeadline(step.timeout + .seconds(30), for: step.summary) {
                    try await perform(step, index: index, in: guest, log: log, work)
                }
            } catch let error where !(error is CancellationError || error is RecipeChangedError) {
                let tail = log.lastLines(40)
                log.add("failed: \(error)\n".utf8)
                guard attempt == step.retries else {
                    let pause = Template.ProvisionStep.pause(after: attempt)
                    work.report("\(step.summary) failed; trying again in \(pause.components.seconds) s")
                    try await ContinuousClock().sleep(for: pause)
                    continue
                }
                let failure = ProvisionError(
                    place: step.place, step: step.summary, attempts: attempt + 1, output: tail.suffix(8), cause: error)
                throw await Self.explained(failure, tail: tail, in: guest, since: start)
            }
        }
    }

    /// The failure by its name, where what was printed and what the guest says give it one; else the step failed for its
    /// own reason.
    private static func explained(
        _ error: ProvisionError, tail: [String], in guest: Guest, since start: ContinuousClock.Instant
    ) async -> any Error {
        let state = await GuestState.ask(guest.agent, since: .now - start)
        let words = guest.machine.redactor.text("\(error.cause)").split(separator: "\n").map(String.init)
        return OutputSigns(guest: state).failure(in: tail + words, evidence: [error.title]) ?? error
    }

    private func perform(
        _ step: Template.ProvisionStep, index: Int, in guest: Guest, log: StepLog, _ work: StageWork
    ) async throws {
        switch step.action {
        case .upload(let from, let to):
            let upload = Upload(from: from)
            try await work.run.withScratch(for: name) { scratch in
                let archive = scratch.appending("upload.tar")
                try await upload.archive(to: archive)
                // Afterwards, so that nothing in the archive is newer than what is compared.
                try confirm(try await upload.digests(), of: step, at: index, work)
                try await upload.send(archive, to: to, in: guest, deadline: step.timeout)
            }
        case .run(.file(let path)):
            let content = try path.readBytes()
            try confirm(Self.input(path, Digest.of(content)), of: step, at: index, work)
            try await script(content, in: guest, log: log, deadline: step.timeout)
        case .run(.commands(let text)):
            try await script(Array("set -eu\n\(text)\n".utf8), in: guest, log: log, deadline: step.timeout)
        case .packages(let names):
            try await script(
                Array(Self.packageScript.utf8), names, in: guest, log: log, deadline: step.timeout)
        }
    }

    private func script(
        _ content: [UInt8], _ arguments: [String] = [], in guest: Guest, log: StepLog, deadline: Duration
    ) async throws {
        let result = try await guest.agent.runDetached(
            DetachedScript(content, arguments: arguments), deadline: deadline
        ) { output in
            log.add(output)
            guest.machine.note("output of a step: \(log.lastLines(1).last ?? "")")
        }
        guard result.succeeded else { throw ScriptFailure(exitCode: result.exitCode) }
    }

    /// Installs its arguments with the guest's own package manager, without questions.
    ///
    /// By itself apt-get is content with old indexes, or none, where it cannot fetch new ones.
    static let packageScript = """
        set -eu
        if command -v apt-get >/dev/null; then
            export DEBIAN_FRONTEND=noninteractive
            apt-get -q -o APT::Update::Error-Mode=any update
            exec apt-get -q -y --no-install-recommends install -- "$@"
        elif command -v dnf >/dev/null; then
            exec dnf -y install -- "$@"
        elif command -v pacman >/dev/null; then
            exec pacman --noconfirm -Sy -- "$@"
        fi
        echo "this system has neither apt-get, dnf nor pacman" >&2
        exit 69
        """
}

/// A step's options, as they enter the stage's key.
private struct ProvisionOptions: Encodable {
    let action: String
    let from: String?
    let to: String?
    let text: String?
    let packages: [String]?

    init(_ step: Template.ProvisionStep) {
        var from: String?
        var to: String?
        var text: String?
        var packages: [String]?
        switch step.action {
        case .upload(let source, let target):
            action = "upload"
            from = source.lastComponent?.string
            to = target
        case .run(.file(let path)):
            action = "script"
            from = path.lastComponent?.string
        case .run(.commands(let commands)):
            action = "run"
            text = commands
        case .packages(let names):
            action = "packages"
            packages = names
        }
        self.from = from
        self.to = to
        self.text = text
        self.packages = packages
    }
}

/// A script that ended with a status other than 0.
struct ScriptFailure: Error, CustomStringConvertible {
    let exitCode: Int

    var description: String { "it exited with \(exitCode)" }
}

/// A provisioning step that failed in every attempt.
package struct ProvisionError: Error, CustomStringConvertible {
    /// Where the template names the step.
    package let place: YAMLPlace
    /// The step.
    package let step: String
    /// How often it was tried.
    package let attempts: Int
    /// The last lines that it printed.
    package let output: [String]
    /// Why the last attempt failed.
    package let cause: any Error

    /// Which step failed, how often, and how.
    package var title: String {
        "\(place): \(step) failed\(attempts == 1 ? "" : " in \(attempts) attempts"): \(cause)"
    }

    package var description: String {
        ([title] + output.map { "  > \($0)" }).joined(separator: "\n")
    }
}
