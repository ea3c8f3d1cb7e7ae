package import Machines
package import Pipeline

/// A part of a guest stage's work.
///
/// Between two parts a guest can be frozen, so that a later build goes on from there.
package struct GuestPart: Sendable {
    /// What shapes the part's effect on the guest.
    package let recipe: Ingredients
    /// Whether a build that goes on from behind it may leave it out: whether all of its effect is in the guest.
    package let isSkippable: Bool
    /// Does the part.
    package let run: @Sendable (Guest, StageWork) async throws -> Void

    /// A part with its recipe.
    package init(
        recipe: Ingredients, isSkippable: Bool, run: @escaping @Sendable (Guest, StageWork) async throws -> Void
    ) {
        self.recipe = recipe
        self.isSkippable = isSkippable
        self.run = run
    }
}
