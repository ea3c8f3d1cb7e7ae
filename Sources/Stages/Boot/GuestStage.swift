package import Machines
package import Pipeline
package import SystemPackage

/// A stage that works inside the booted system.
///
/// Consecutive ones share one boot and leave one layer; ``GuestBoot`` boots the disk before the first and shuts it down
/// after the last.
package protocol GuestStage: Stage {
    /// The parts of the work, in order; a stage that says nothing of it has one, which is always done.
    func parts() async throws -> [GuestPart]

    /// Makes sure that what the stage reads on this host is still what its key was made of, perhaps an hour ago.
    ///
    /// - Throws: ``RecipeChangedError``.
    func confirmRecipe(_ work: StageWork) async throws

    /// Works inside `guest`: all parts together.
    func run(in guest: Guest, _ work: StageWork) async throws

    /// Looks at what the guest wrote on its console from the boot to the power-off; throws if the stage's work did not
    /// hold to the end.
    func confirm(console: FilePath, _ work: StageWork) throws
}

extension GuestStage {
    package static var product: StageProduct { .disk }
    package static var sharesBoot: Bool { true }

    package func confirmRecipe(_ work: StageWork) async throws {}

    package func confirm(console: FilePath, _ work: StageWork) throws {}

    package func parts() async throws -> [GuestPart] {
        guard let ingredients = try await ingredients() else { return [] }
        return [GuestPart(recipe: ingredients, isSkippable: false) { try await run(in: $0, $1) }]
    }

    /// Never called: ``GuestBoot`` runs these stages.
    package func run(_ work: StageWork) async throws {
        throw StageMisuse(stage: name)
    }
}

/// A stage that was run without the boot that it shares.
package struct StageMisuse: Error, CustomStringConvertible {
    /// The stage's name.
    package let stage: String

    package var description: String { "'\(stage)' works in a booted guest; it cannot run by itself" }
}
