package import HostSystem

/// The name of a stage's result: equal keys mean equal results.
package struct StageKey: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The digest that it is.
    package let digest: Digest

    /// A key with a known digest.
    package init(_ digest: Digest) {
        self.digest = digest
    }

    /// The key of a stage that follows `previous`.
    package init(
        previous: StageKey?, name: String, revision: Int, ingredients: Ingredients
    ) throws {
        let recipe = Recipe(
            previous: previous?.hex ?? "", name: name, revision: revision, options: ingredients.options,
            inputs: ingredients.inputs.mapValues(\.hex), tools: ingredients.tools)
        digest = Digest.of(try JSON.line(recipe))
    }

    /// The 64 hexadecimal digits.
    package var hex: String { digest.hex }
    /// The first 12 digits, for names and people.
    package var short: String { digest.short }

    package var description: String { hex }

    /// The key of the same work, done once more on request: nothing that stands on the earlier result is touched.
    package func renewed(by token: String) -> StageKey {
        StageKey(Digest.of("renewed \(hex) \(token)"))
    }

    package init(from decoder: any Decoder) throws {
        digest = try Digest(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try digest.encode(to: encoder)
    }

    private struct Recipe: Encodable {
        let previous: String
        let name: String
        let revision: Int
        let options: String
        let inputs: [String: String]
        let tools: [String: String]
    }
}
