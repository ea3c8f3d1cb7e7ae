/// What a fleet on a cluster is to be, without its template.
package struct ProxmoxFleetOrder: Sendable {
    /// Its name, which its machines' names begin with.
    package let name: String
    /// How many machines.
    package let count: Int
    /// What they are, beside the template.
    package var shape: CloneShape
    /// How it goes from one edition to the next.
    package var strategy: RolloutStrategy
    /// What must hold of a machine before the next one is touched.
    package var health: HealthPolicy
    /// A program that sends the load to a set of machines, for blue-green rollouts.
    package var switchCommand: String?
    /// How long a guest that is to go has to end in an orderly way.
    package var shutdownDeadline: Duration

    /// An order.
    ///
    /// - Throws: ``ProxmoxPlanError``.
    package init(
        name: String, count: Int, shape: CloneShape = CloneShape(), strategy: RolloutStrategy = .usual,
        health: HealthPolicy = HealthPolicy(), switchCommand: String? = nil, shutdownDeadline: Duration = .seconds(30)
    ) throws(ProxmoxPlanError) {
        guard isHostName(name), name.utf8.count <= 56 else { throw ProxmoxPlanError(option: "--name", text: name) }
        guard (0...1000).contains(count) else { throw ProxmoxPlanError(option: "--count", text: "\(count)") }
        self.name = name
        self.count = count
        self.shape = shape
        self.strategy = strategy
        self.health = health
        self.switchCommand = switchCommand
        self.shutdownDeadline = shutdownDeadline
    }
}
