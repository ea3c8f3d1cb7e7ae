internal import HostSystem
package import Machines
package import Pipeline
internal import SystemPackage

/// Runs a script of the user's own in the installed system.
package struct RunInGuest: GuestStage {
    package static let name = "run"
    package static let summary = "run a script of your own, in the installed system or on this host"
    package static let revision = 1

    package let name: String
    package let hasOwnLayer: Bool
    private let provision: Provision

    /// The stage that a pipeline describes.
    package init(_ run: UserRun) {
        name = run.name
        hasOwnLayer = run.layer == .own
        provision = Provision(name: run.name, step: run.step)
    }

    package func ingredients() async throws -> Ingredients? {
        try await provision.ingredients()
    }

    package func confirmRecipe(_ work: StageWork) async throws {
        try await provision.confirmRecipe(work)
    }

    package func parts() async throws -> [GuestPart] {
        try await provision.parts()
    }

    package func run(in guest: Guest, _ work: StageWork) async throws {
        try await provision.run(in: guest, work)
    }
}
