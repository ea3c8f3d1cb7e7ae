import Machines
import VirtualMachineTestSupport

/// A fault that is made from outside while a template is built, and the cause that must be named for it.
struct Fault: Sendable {
    /// What a fault leaves for a judge to see.
    enum Evidence: String, Sendable {
        /// Something that tells what happened.
        case some
        /// Nothing but that nothing happens any more.
        case none
        /// The words of a tool that the lab does not have, said by another; shown, and not counted.
        case text = "text only"
    }

    /// When a fault takes effect, as far as that can be seen from outside. What happens by itself in a guest takes effect
    /// with the words that its own system has for it; a strike begins there, and says itself when it hits.
    enum Moment: Sendable {
        /// So long after the factory has said a line that begins so.
        case said(String, after: Duration = .zero)
        /// So long after one of the guests' consoles has shown this.
        case shown(String, after: Duration = .zero)
    }

    /// The last stage of the build that the fault is made in.
    enum Reach: String, Sendable {
        /// The installation.
        case installation = "install-system"
        /// The provisioning, in a guest that goes on from a frozen one.
        case provisioning = "provision"
        /// The boot of the provisioned disk for more work.
        case again
        /// The boot of a clone of the provisioned disk.
        case clone = "prove-seal"
    }

    /// Does what the fault is made by, around a build.
    typealias Conduct = @Sendable (FaultTrial) async throws -> FaultVerdict

    /// Its name.
    let name: String
    /// The cause that must be named.
    let cause: FailureCause
    /// How far the build goes.
    let reach: Reach
    /// When it takes effect.
    var moment: Moment
    /// What it leaves to be seen.
    var evidence = Evidence.some
    /// What is built.
    var template: LabTemplate
    /// The script of the template's one provisioning step, which begins with `set -eu`.
    var script = "true"
    /// More arguments of the factory.
    var arguments: [String] = []
    /// What is done around the build, and in it.
    var conduct: Conduct = { try await $0.build() }

    /// How long nothing may move in the templates' machines.
    static let stall: Duration = .seconds(30)
}

extension Fault {
    /// A fault of the installation.
    static func installation(
        _ name: String, _ cause: FailureCause, at moment: Moment, evidence: Evidence = .some, arguments: [String] = [],
        answers: [String] = [], conduct: @escaping Conduct = { try await $0.build() }
    ) -> Fault {
        var fault = Fault(name, cause, .installation, moment, evidence)
        fault.template.bootArguments = arguments
        fault.template.answers = answers
        fault.conduct = conduct
        return fault
    }

    /// A fault of a running system: a provisioning step's script makes it, or a strike while that script runs.
    static func step(
        _ name: String, _ cause: FailureCause, _ script: String, at moment: Moment = .said("provision: 1/1"),
        evidence: Evidence = .some, conduct: @escaping Conduct = { try await $0.build() }
    ) -> Fault {
        var fault = Fault(name, cause, .provisioning, moment, evidence)
        fault.script = script
        fault.conduct = conduct
        return fault
    }

    /// A fault that a provisioning step's script prepares for the next boot of the disk.
    static func nextBoot(
        _ name: String, _ cause: FailureCause, _ script: String, at moment: Moment, evidence: Evidence = .some,
        reach: Reach = .clone, conduct: @escaping Conduct = { try await $0.build() }
    ) -> Fault {
        var fault = Fault(name, cause, reach, moment, evidence)
        fault.script = script
        fault.conduct = conduct
        return fault
    }

    private init(_ name: String, _ cause: FailureCause, _ reach: Reach, _ moment: Moment, _ evidence: Evidence) {
        self.name = name
        self.cause = cause
        self.reach = reach
        self.moment = moment
        self.evidence = evidence
        template = LabTemplate(name: name, deadlines: "{ stall: \(Self.stall.components.seconds)s }")
        template.pipeline = reach == .again ? "again" : "faults"
    }

    /// The same fault with another template.
    func with(_ change: (inout LabTemplate) -> Void) -> Fault {
        var fault = self
        change(&fault.template)
        return fault
    }
}
