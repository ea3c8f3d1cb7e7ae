internal import ArgumentParser
internal import Deployment

/// Options that say how a fleet goes from one edition to the next.
struct RolloutOptions: ParsableArguments {
    @Option(help: "How: rolling, recreate, blue-green or canary (default: rolling).")
    var strategy: StrategyWords.Kind?

    @Option(help: "rolling: at most this many fewer healthy machines than wanted (default: 1, or 0 with --max-surge).")
    var maxUnavailable: Int?

    @Option(help: "rolling: at most this many machines more (default: 0).")
    var maxSurge: Int?

    @Option(help: "canary: the numbers of new machines after which there is a pause, with commas between (default: 1).")
    var canarySteps: String?

    @Option(help: "canary: how long it waits there (default: 1min).")
    var canaryPause: Age?

    @Option(
        name: .customLong("health"),
        help:
            "What must hold of a machine: agent, command:TEXT, tcp:PORT, http:PORT/PATH, script:PATH. May be repeated.")
    var checks: [HealthCheck] = []

    @Flag(help: "The image has no guest agent: judge its machines by each --health alone.")
    var noAgent = false

    @Option(help: "How long a machine has for that (default: 10min).")
    var healthTimeout: Age?

    @Option(help: "How long a guest that is to go has to end before it is switched off (default: 30s).")
    var shutdownTimeout: Age?

    @Option(help: "blue-green: a program of this host that sends the load to the machines in $MACHINE_ADDRESSES.")
    var switchCommand: String?

    func validate() throws {
        guard !noAgent || !checks.contains(where: \.needsAgent) else {
            throw ValidationError("--no-agent excludes --health agent and --health command:TEXT, which ask the agent")
        }
        do {
            _ = try rollout()
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// The strategy.
    func rollout() throws -> RolloutStrategy {
        var words = StrategyWords(kind: strategy ?? .rolling)
        words.maxUnavailable = maxUnavailable
        words.maxSurge = maxSurge
        words.pause = canaryPause?.time
        words.switchCommand = switchCommand
        if let canarySteps {
            // What is no number gives a list that is no order of steps.
            words.steps = canarySteps.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        }
        return try words.strategy()
    }

    /// How long a guest that is to go has.
    var shutdownDeadline: Duration { shutdownTimeout?.time ?? KVMHost.usualShutdownDeadline }

    /// The gates.
    var health: HealthPolicy {
        var policy = HealthPolicy(checks: checks, asksAgent: !noAgent)
        if let healthTimeout { policy.deadline = healthTimeout.time }
        return policy
    }
}

extension StrategyWords.Kind: ExpressibleByArgument {}

extension HealthCheck: ExpressibleByArgument {
    init?(argument: String) {
        guard let check = try? HealthCheck(parsing: argument) else { return nil }
        self = check
    }
}
