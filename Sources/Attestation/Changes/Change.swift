/// A value that is another than it was.
package struct Change<Value: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    /// What it was.
    package let from: Value
    /// What it is now.
    package let to: Value

    /// A change.
    package init(from: Value, to: Value) {
        self.from = from
        self.to = to
    }

    /// The change between two values; nil if they are the same.
    init?(_ from: Value, _ to: Value) {
        guard from != to else { return nil }
        self.init(from: from, to: to)
    }
}
