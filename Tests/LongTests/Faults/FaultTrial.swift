import Foundation
import HostSystem
import Machines
import Pipeline
import Synchronization
import SystemPackage
import Testing
import VirtualMachineTestSupport

/// What became of a fault.
struct FaultVerdict: Sendable {
    /// The cause that was named; nil if the failure has no name.
    let cause: String?
    /// The time from the fault to the verdict.
    let delay: Duration?
    /// What the factory said at the end.
    let talk: String
}

/// A fault that cannot be made on this host.
struct FaultImpossible: Error {
    /// Why not.
    let reason: String

    /// A fault that cannot be made for `reason`.
    init(_ reason: String) {
        self.reason = reason
    }
}

/// One fault under way: a project of its own, in which its template is built once.
struct FaultTrial: Sendable {
    /// A build may not take longer; nothing here comes near it.
    static let deadline: Duration = .seconds(15 * 60)
    private static let pipelines = [
        "faults": ["check-host", "fetch-iso", "install-system", "provision", "prove-seal"],
        "again": [
            "check-host", "fetch-iso", "install-system", "provision",
            "run: { name: again, in: guest, commands: \"true\", layer: own }",
        ],
    ]

    let fault: Fault
    let lab: Lab
    /// Where it is built; a fault of the installation has a state of its own, in which nothing is installed yet.
    var project: Project
    /// What is built.
    var template: LabTemplate
    /// A program, with its arguments, by which the factory is started.
    var launcher: [String] = []
    /// More arguments of the factory.
    var arguments: [String]

    /// The trial of a fault.
    init(of fault: Fault, in lab: Lab) throws {
        self.fault = fault
        self.lab = lab
        project = try lab.project()
        if fault.reach == .installation { project.state = project.root.appending("state") }
        template = fault.template
        arguments = fault.arguments
    }

    /// Builds the template to the fault's reach.
    ///
    /// - Parameter strike: What is done at the fault's moment; it is cancelled when the build is over.
    func build(_ strike: (@Sendable (FaultScene) async throws -> Void)? = nil) async throws -> FaultVerdict {
        try writeProject()
        var factory = project.factory("build", template.name, "--until", fault.reach.rawValue)
        factory.arguments += arguments
        factory.launcher = launcher
        let sighting = Sighting()
        let striking = Mutex<Task<Void, any Error>?>(nil)
        let begin: @Sendable (Duration) -> Void = { [project] delay in
            striking.withLock { task in
                guard task == nil else { return }
                task = Task {
                    try await ContinuousClock().sleep(for: delay)
                    sighting.begin()
                    try await strike?(FaultScene(project, sighting))
                }
            }
        }
        let moment = fault.moment
        let ending = try await withThrowingTaskGroup(of: Void.self) { [project, factory] group in
            if case .shown(let text, let delay) = moment {
                group.addTask {
                    try await project.waitForConsole(toShow: text)
                    begin(delay)
                }
            }
            defer { group.cancelAll() }
            return try await factory.run(deadline: Self.deadline) { line, _ in
                sighting.hear(line)
                if case .said(let text, let delay) = moment, line.hasPrefix(text) { begin(delay) }
            }
        }
        let task = striking.withLock { $0 }
        task?.cancel()
        if case .failure(let error) = await task?.result, !(error is CancellationError) { throw error }
        let isMissing = [.kvmUnusable, .libvirtLost].contains(fault.cause)
        #expect(ending.status == (isMissing ? 69 : 1), "\(fault.name): \(ending.talk)")
        try project.expectNothingLeft("\(fault.name)")
        return FaultVerdict(
            cause: try failure()?.cause ?? sighting.cause, delay: sighting.delay, talk: ending.talk)
    }

    /// Writes the template with all that it needs.
    private func writeProject() throws {
        var template = template
        if fault.reach != .installation {
            template.provision = ["run: { script: fault.sh, timeout: 5min }"]
            try project.root.appending("fault.sh").write("set -eu\n\(fault.script)\n".utf8)
        }
        try project.root.appending("templates/\(template.name).yaml").write(template.text.utf8)
        for (name, stages) in Self.pipelines {
            let text = "stages:\n" + stages.map { "  - \($0)\n" }.joined()
            try project.root.appending("pipelines/\(name).yaml").write(text.utf8)
        }
    }

    /// How the journal tells of the failure.
    private func failure() throws -> StageFailure? {
        guard let run = try project.records().last else { return nil }
        for event in BuildHistory.events(in: project.state.appending("runs/\(run.id)")) {
            if case .stageFailed(_, _, let failure) = event.kind { return failure }
        }
        return nil
    }
}
