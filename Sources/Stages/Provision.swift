internal import GuestAgent
internal import HostSystem
package import Machines
package import Pipeline
internal import SystemPackage

/// Uploads files, runs scripts and installs packages in the installed system, as the template says.
package struct Provision: GuestStage {
    package static let name = "provision"
    package static let summary = "upload files, run scripts and install packages in the installed system"
    package static let revision = 1

    let steps: [Template.ProvisionStep]

    /// The steps of `template` that its answers leave in.
    package init(template: Template) {
        steps = template.provision.filter { $0.condition?.holds(for: template.answers) ?? true }
    }

    package func ingredients() async throws -> Ingredients? {
        var inputs: [String: Digest] = [:]
        for (index, step) in steps.enumerated() {
            // Two steps may read files of one name from different folders.
            let prefix = "step \(index + 1): "
            switch step.action {
            case .upload(let from, _):
                for (name, digest) in try await Upload(from: from).digests() { inputs[prefix + name] = digest }
            case .run(.file(let path)):
                inputs[prefix + (path.lastComponent?.string ?? path.string)] = try await Digest.of(file: path)
            case .run(.commands), .packages: break
            }
        }
        return try Ingredients(options: steps.map(ProvisionOptions.init), inputs: inputs)
    }

    package func run(in guest: Guest, _ work: StageWork) async throws {
        let log = try StepLog(work.run.log(of: Self.name), redactor: guest.machine.redactor)
        for (index, step) in steps.enumerated() {
            work.report("\(index + 1)/\(steps.count) \(step.summary)")
            try await attempt(step, index: index, in: guest, log: log, work)
        }
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
                    try await perform(step, in: guest, log: log)
                }
            } catch let error where !(error is CancellationError) {
                let tail = log.lastLines(40)
                log.add("failed: \(error)\n".utf8)
                guard attempt == step.retries else {
                    work.report("\(step.summary) failed; trying again")
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

    private func perform(_ step: Template.ProvisionStep, in guest: Guest, log: StepLog) async throws {
        switch step.action {
        case .upload(let from, let to):
            try await Upload(from: from).send(to: to, in: guest, deadline: step.timeout)
        case .run(.file(let path)):
            try await script(try path.readBytes(), in: guest, log: log, deadline: step.timeout)
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
    private static let packageScript = """
        set -eu
        if command -v apt-get >/dev/null; then
            export DEBIAN_FRONTEND=noninteractive
            apt-get -q update
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
