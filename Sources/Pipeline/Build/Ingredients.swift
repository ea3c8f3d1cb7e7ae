package import HostSystem

/// What shapes a stage's result, beside the disk before it.
///
/// It holds no time, no host name, no absolute path and no secret: the same work has the same ingredients everywhere.
package struct Ingredients: Sendable, Hashable, Codable {
    /// The stage's options as JSON with sorted keys.
    package let options: String
    /// The digests of what it reads, each under a name that does not depend on where it lies.
    package let inputs: [String: Digest]
    /// The versions of the tools that shape the bytes.
    package let tools: [String: String]

    /// Ingredients from any encodable options.
    package init(
        options: some Encodable, inputs: [String: Digest] = [:], tools: [String: String] = [:]
    ) throws {
        self.options = try JSON.line(options)
        self.inputs = inputs
        self.tools = tools
    }

    /// The same, with more inputs.
    package func adding(inputs more: [String: Digest]) -> Ingredients {
        Ingredients(options: options, inputs: inputs.merging(more) { $1 }, tools: tools)
    }

    private init(options: String, inputs: [String: Digest], tools: [String: String]) {
        self.options = options
        self.inputs = inputs
        self.tools = tools
    }

    /// Ingredients without options.
    package init(inputs: [String: Digest] = [:], tools: [String: String] = [:]) {
        options = "{}"
        self.inputs = inputs
        self.tools = tools
    }
}
