/// A request whose sender is known, with its parameters read.
struct Call: Sendable {
    let exchange: Exchange
    let account: AccountModel

    /// The node that the request came to.
    var answeringNode: String { exchange.node }
    /// What is to go wrong.
    var fault: Fault? { exchange.fault }

    /// A parameter as text.
    func text(_ name: String) -> String? { exchange.parameters[name]?.text }

    /// A parameter that the schema demands.
    func needed(_ name: String) throws(APIError) -> String {
        guard let text = text(name) else {
            throw .parameter(name, "property is missing and it is not optional")
        }
        return text
    }

    /// A number that the schema demands.
    func neededInteger(_ name: String) throws(APIError) -> Int {
        guard let value = try Int(needed(name)) else { throw .parameter(name, "type check ('integer') failed") }
        return value
    }

    /// A number.
    func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    /// A truth value; false where it is not there.
    func flag(_ name: String) -> Bool { optionalFlag(name) ?? false }

    /// A truth value.
    func optionalFlag(_ name: String) -> Bool? {
        text(name).map { ["1", "on", "yes", "true"].contains($0.lowercased()) }
    }

    /// A list of words; one word is a list too.
    func words(_ name: String) -> [String] {
        let value = exchange.parameters[name]
        return value?.list?.compactMap(\.text) ?? value?.text.map { [$0] } ?? []
    }

    /// The node in the path.
    var node: String { text("node") ?? answeringNode }
}
