import Deployment
import HostSystem
import Testing

struct RolloutPlanTests {
    private static let old = Digest.of("old")
    private static let new = Digest.of("new")

    private func steps(_ strategy: RolloutStrategy, count: Int = 3, old present: Int = 3) -> [String] {
        let machines = (0..<present).map { FleetMachine(number: $0 + 1, edition: Self.old, condition: .healthy) }
        let goal = RolloutGoal(edition: Self.new, count: count, strategy: strategy)
        return RolloutPlan.preview(goal, machines: machines).map(\.description)
    }

    @Test func makesANewFleetAtOnceAndThenWaitsForAll() {
        #expect(
            steps(.usual, old: 0)
                == ["create 1", "create 2", "create 3", "wait for 1", "wait for 2", "wait for 3"])
    }

    @Test func replacesOneAfterTheOther() {
        #expect(
            steps(.usual)
                == [
                    "remove 1", "create 1", "wait for 1", "remove 2", "create 2", "wait for 2", "remove 3", "create 3",
                    "wait for 3",
                ])
    }

    @Test func makesTheNewMachineFirstWhereNoneMayBeMissing() {
        #expect(
            steps(.rolling(maxUnavailable: 0, maxSurge: 1), count: 1, old: 1) == ["create 2", "wait for 2", "remove 1"])
    }

    @Test func removesAllBeforeItMakesAny() {
        #expect(steps(.recreate, count: 1, old: 2) == ["remove 1", "remove 2", "create 1", "wait for 1"])
    }

    @Test func switchesOnceTheSecondSetIsWholeAndThenRetiresTheFirst() {
        #expect(
            steps(.blueGreen, count: 2, old: 2)
                == ["create 3", "create 4", "wait for 3", "wait for 4", "switch over", "remove 1", "remove 2"])
    }

    @Test func pausesAfterTheCanary() {
        #expect(
            steps(.canary(steps: [1], pause: .seconds(60)), count: 2, old: 2)
                == ["create 3", "wait for 3", "remove 1", "pause for 60 s", "create 1", "wait for 1", "remove 2"])
    }

    @Test func takesAwayTheLastWhenFewerAreWanted() {
        let machines = (1...3).map { FleetMachine(number: $0, edition: Self.new, condition: .healthy) }
        let goal = RolloutGoal(edition: Self.new, count: 1, strategy: .usual)
        #expect(RolloutPlan.preview(goal, machines: machines).map(\.description) == ["remove 3", "remove 2"])
    }

    @Test func startsWhatSomebodyStopped() {
        let machines = [FleetMachine(number: 1, edition: Self.new, condition: .stopped)]
        let goal = RolloutGoal(edition: Self.new, count: 1, strategy: .usual)
        #expect(RolloutPlan.preview(goal, machines: machines) == [.start(1), .judge(1)])
    }

    @Test func removesAMachineThatWasNeverFinished() {
        let machines = [FleetMachine(number: 1, edition: Self.new, condition: .incomplete)]
        let goal = RolloutGoal(edition: Self.new, count: 1, strategy: .usual)
        #expect(RolloutPlan.preview(goal, machines: machines) == [.remove(1), .create(1), .judge(1)])
    }

    @Test(arguments: [
        (StrategyWords.Kind.rolling, 0 as Int?, 0 as Int?), (.recreate, 1, nil), (.blueGreen, nil, 1),
        (.canary, 1, nil),
    ])
    func refusesWordsThatDoNotGoTogether(kind: StrategyWords.Kind, maxUnavailable: Int?, maxSurge: Int?) {
        var words = StrategyWords(kind: kind)
        words.maxUnavailable = maxUnavailable
        words.maxSurge = maxSurge
        #expect(throws: StrategyError.self) { try words.strategy() }
    }

    @Test(arguments: [[], [2, 1], [0], [1, 1]])
    func refusesStepsThatAreNone(steps: [Int]) {
        var words = StrategyWords(kind: .canary)
        words.steps = steps
        #expect(throws: StrategyError.self) { try words.strategy() }
    }
}
