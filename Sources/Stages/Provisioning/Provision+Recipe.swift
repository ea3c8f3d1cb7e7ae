internal import HostSystem
package import Pipeline
internal import SystemPackage

extension Provision {
    package func confirmRecipe(_ work: StageWork) async throws {
        for (index, step) in steps.enumerated() {
            try confirm(try await Self.inputs(of: step), of: step, at: index, work)
        }
    }

    /// Makes sure that what a step reads on this host is what the stage's key was made of.
    func confirm(
        _ inputs: [String: Digest], of step: Template.ProvisionStep, at index: Int, _ work: StageWork
    ) throws(RecipeChangedError) {
        guard let source = step.source, let recipe = work.ingredients[name] else { return }
        let known = recipe.inputs.filter { $0.key.hasPrefix(Self.mark(of: index)) }
        guard known == Self.numbered(inputs, at: index) else { throw RecipeChangedError(path: source) }
    }

    /// A step's inputs under its number: two steps may read files of one name from different folders.
    static func numbered(_ inputs: [String: Digest], at index: Int) -> [String: Digest] {
        Dictionary(uniqueKeysWithValues: inputs.map { (mark(of: index) + $0.key, $0.value) })
    }

    private static func mark(of index: Int) -> String { "step \(index + 1): " }
}

extension Template.ProvisionStep {
    /// The file or folder of this host's that it reads.
    fileprivate var source: FilePath? {
        switch action {
        case .upload(let from, _): from
        case .run(.file(let path)): path
        case .run(.commands), .packages: nil
        }
    }
}
