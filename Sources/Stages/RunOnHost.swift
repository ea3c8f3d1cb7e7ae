internal import HostSystem
package import Pipeline
internal import SystemPackage

/// Runs a script of the user's own on this host: a scanner, a notice to another system.
///
/// The script finds what it works on in its environment:
///
/// | variable | value |
/// |---|---|
/// | `IMAGEFACTORY_TEMPLATE` | the template's name |
/// | `IMAGEFACTORY_DISK` | the disk so far, a qcow2 layer that must only be read; not set before there is one |
/// | `IMAGEFACTORY_IMAGES` | the folder of the finished images; not set before there are any |
/// | `IMAGEFACTORY_REPORT` | its working folder; what it leaves there is kept with the stage's result |
///
/// What it prints goes into the stage's log, without the secrets of the build, which its environment may hold too.
///
/// Like every report it is not run again as long as the script and what it looked at are the same.
package struct RunOnHost: Stage {
    package static let name = "run"
    package static let summary = RunInGuest.summary
    package static let revision = 1
    package static let product = StageProduct.report

    package let name: String
    private let step: Template.ProvisionStep
    private let template: String
    private let secrets: KnownSecrets

    /// The stage that a pipeline describes, in the build of `template`.
    package init(_ run: UserRun, template: String, secrets: KnownSecrets) {
        name = run.name
        step = run.step
        self.template = template
        self.secrets = secrets
    }

    package func ingredients() async throws -> Ingredients? {
        switch step.action {
        case .run(.file(let path)): Ingredients(inputs: ["script": try await Digest.of(file: path)])
        case .run(.commands(let text)): try Ingredients(options: ["commands": text])
        case .upload, .packages: throw StageMisuse(stage: name)
        }
    }

    package func run(_ work: StageWork) async throws {
        for attempt in 0...step.retries {
            try await confirmRecipe(work)
            do {
                return try await runOnce(work)
            } catch let error where !(error is CancellationError) && attempt < step.retries {
                let pause = Template.ProvisionStep.pause(after: attempt)
                work.report("\(step.summary) failed; trying again in \(pause.components.seconds) s")
                try await ContinuousClock().sleep(for: pause)
            }
        }
    }

    /// Makes sure that the script is the one that the stage's key was made of.
    private func confirmRecipe(_ work: StageWork) async throws {
        guard case .run(.file(let path)) = step.action, let recipe = work.ingredients[name] else { return }
        guard try await ingredients() == recipe else { throw RecipeChangedError(path: path) }
    }

    private func runOnce(_ work: StageWork) async throws {
        var environment = ["IMAGEFACTORY_TEMPLATE": template, "IMAGEFACTORY_REPORT": work.folder.string]
        environment["IMAGEFACTORY_DISK"] = work.disk?.string
        environment["IMAGEFACTORY_IMAGES"] = work.images?.string
        let log = try StepLog(work.run.log(of: name), redactor: secrets.redactor)
        work.report(step.summary)
        do {
            try await work.run.withScratch(for: name) { [environment] scratch in
                try await LogPipe.with(in: scratch, to: log) { pipe in
                    let shell = "exec >\"$1\" 2>&1; shift; " + invocation.command
                    try await Program.run(
                        "/bin/sh", ["-euc", shell, "sh", pipe.string] + invocation.arguments, environment: environment,
                        in: work.folder, deadline: step.timeout)
                }
            }
        } catch ProgramError.failed(_, let status, _) {
            throw HostScriptError(
                place: step.place, step: step.summary, status: status, output: log.lastLines(8).joined(separator: "\n"))
        }
    }

    /// What the shell runs; what the script prints goes to the stage's log.
    private var invocation: (command: String, arguments: [String]) {
        switch step.action {
        case .run(.file(let path)): ("exec \"$1\"", [path.string])
        case .run(.commands(let text)): (text, [])
        case .upload, .packages: ("exit 64", [])
        }
    }
}

/// A script on this host that failed in every attempt.
package struct HostScriptError: Error, CustomStringConvertible {
    /// Where the pipeline names it.
    package let place: YAMLPlace
    /// The script.
    package let step: String
    /// How it ended.
    package let status: String
    /// The end of what it printed.
    package let output: String

    package var description: String {
        let lines = output.split(separator: "\n").suffix(8).map { "  > \($0)" }
        return (["\(place): \(step) ended with \(status)"] + lines).joined(separator: "\n")
    }
}
