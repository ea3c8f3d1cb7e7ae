/// What a fleet is to be, without its image.
package struct FleetOrder: Sendable, Hashable {
    /// Its name, which its machines' names begin with.
    package var name: String
    /// How many machines.
    package var count: Int
    /// What they are made of.
    package var shape: MachineShape
    /// What they are told at their first boot.
    package var seed: CloudSeed
    /// How it goes from one edition to the next.
    package var strategy: RolloutStrategy
    /// What must hold of a machine before the next one is touched.
    package var health: HealthPolicy
    /// A program that sends the load to a set of machines, for blue-green rollouts.
    package var switchCommand: String?
    /// How long a guest that is to go has to end in an orderly way.
    package var shutdownDeadline: Duration

    /// An order.
    package init(
        name: String, count: Int, shape: MachineShape, seed: CloudSeed = CloudSeed(),
        strategy: RolloutStrategy = .usual, health: HealthPolicy = HealthPolicy(), switchCommand: String? = nil,
        shutdownDeadline: Duration = KVMHost.usualShutdownDeadline
    ) {
        self.shutdownDeadline = shutdownDeadline
        self.name = name
        self.count = count
        self.shape = shape
        self.seed = seed
        self.strategy = strategy
        self.health = health
        self.switchCommand = switchCommand
    }

    /// The edition of it with an image.
    func edition(of image: DeployedImage) -> MachineEdition {
        MachineEdition(image: image, shape: shape, seed: seed.digest)
    }

    /// The goal of a rollout of an image.
    package func goal(_ image: DeployedImage) -> RolloutGoal {
        RolloutGoal(edition: edition(of: image).fingerprint, count: count, strategy: strategy)
    }
}
