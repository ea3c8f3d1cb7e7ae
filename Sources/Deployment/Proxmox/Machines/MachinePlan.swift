/// What machines are wanted, as clones of a template.
package struct MachinePlan: Sendable {
    /// Their name; where there are several, each gets a number: `web-1`, `web-2`.
    package let name: String
    /// How many.
    package let count: Int
    /// What they are, beside the template.
    package var shape = CloneShape()
    /// Whether machines of another release are replaced.
    package var replaces = false

    /// A plan.
    ///
    /// - Throws: ``ProxmoxPlanError``.
    package init(name: String, count: Int) throws(ProxmoxPlanError) {
        guard isHostName(name), name.utf8.count <= 56 else { throw ProxmoxPlanError(option: "--name", text: name) }
        guard (1...100).contains(count) else { throw ProxmoxPlanError(option: "--count", text: "\(count)") }
        self.name = name
        self.count = count
    }

    /// The names of all.
    var names: [String] { count == 1 ? [name] : (1...count).map { "\(name)-\($0)" } }
}
