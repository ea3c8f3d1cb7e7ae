/// What a value does that its schema does not allow.
package struct SchemaProblem: Sendable, Hashable, CustomStringConvertible {
    /// Where: a parameter's name, or a path such as `[0].vmid` into a reply; empty for the whole.
    package let place: String
    /// What, in the vendor's own words where it has some.
    package let message: String

    package var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
