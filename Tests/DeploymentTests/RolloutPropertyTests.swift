import Deployment
import HostSystem
import RandomTestSupport
import Testing

/// What must hold of every rollout, whatever the fleet, the strategy, and the moment at which it is stopped.
struct RolloutPropertyTests {
    private static let old = Digest.of("old")
    private static let new = Digest.of("new")

    /// A fleet of one healthy edition, and how to take it to the next.
    private struct Scene {
        var machines: [FleetMachine]
        let count: Int
        let strategy: RolloutStrategy

        init(seed: UInt64) {
            var random = SeededRandom(seed: seed)
            count = Int.random(in: 1...6, using: &random)
            let present = Int.random(in: 0...7, using: &random)
            machines = (0..<present).map {
                FleetMachine(number: $0 + 1, edition: RolloutPropertyTests.old, condition: .healthy)
            }
            strategy =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: .recreate
                case 1:
                    .rolling(
                        maxUnavailable: Int.random(in: 0...2, using: &random),
                        maxSurge: Int.random(in: 1...2, using: &random))
                case 2: .blueGreen
                default:
                    .canary(steps: [1, 1 + Int.random(in: 1...3, using: &random)], pause: .seconds(1))
                }
        }

        /// The fewest healthy machines that there may be.
        var floor: Int {
            let there = machines.count
            return switch strategy {
            case .recreate: 0
            case .rolling(let maxUnavailable, _): min(there, max(0, count - maxUnavailable))
            case .blueGreen, .canary: min(there, count)
            }
        }

        func rollout(on host: SimulatedFleet, to edition: Digest = RolloutPropertyTests.new) -> Rollout<SimulatedFleet>
        {
            var rollout = Rollout(
                on: host, to: edition, count: count, strategy: strategy,
                previous: machines.isEmpty ? nil : RolloutPropertyTests.old)
            rollout.sleep = { _ in }
            return rollout
        }
    }

    @Test(arguments: UInt64(0)..<300)
    func endsWithAllMachinesNewAndNeverHadTooFewHealthyOnes(seed: UInt64) async throws {
        let scene = Scene(seed: seed)
        let host = SimulatedFleet(scene.machines)
        _ = try await scene.rollout(on: host).run()
        let state = host.now
        #expect(state.machines.count == scene.count)
        #expect(state.machines.allSatisfy { $0.edition == Self.new && $0.condition == .healthy })
        #expect(state.fewestHealthy >= scene.floor)
        #expect(try await scene.rollout(on: host).run() == 0, "a second run has nothing to do")
    }

    @Test(arguments: UInt64(0)..<60)
    func convergesAfterBeingStoppedAtAnyChange(seed: UInt64) async throws {
        let scene = Scene(seed: seed)
        let whole = SimulatedFleet(scene.machines)
        _ = try await scene.rollout(on: whole).run()
        for moment in 1...max(1, whole.now.changes) {
            let stopped = SimulatedFleet(scene.machines, stoppingAt: moment)
            _ = try? await scene.rollout(on: stopped).run()
            let next = SimulatedFleet(stopped.now.machines)
            _ = try await scene.rollout(on: next).run()
            #expect(next.now.machines.count == scene.count)
            #expect(next.now.machines.allSatisfy { $0.edition == Self.new && $0.condition == .healthy })
            #expect(min(stopped.now.fewestHealthy, next.now.fewestHealthy) >= scene.floor)
        }
    }

    @Test(arguments: UInt64(0)..<300)
    func goesBackToWhatWasThereWhenTheNewEditionIsBad(seed: UInt64) async throws {
        var scene = Scene(seed: seed)
        scene.machines = (1...scene.count).map { FleetMachine(number: $0, edition: Self.old, condition: .healthy) }
        let host = SimulatedFleet(scene.machines, bad: [Self.new])
        let error = await #expect(throws: RolloutError.self) { _ = try await scene.rollout(on: host).run() }
        guard case .rolledBack = error else {
            Issue.record("it did not go back: \(String(describing: error))")
            return
        }
        #expect(host.now.machines.count == scene.count)
        #expect(host.now.machines.allSatisfy { $0.edition == Self.old && $0.condition == .healthy })
        #expect(host.now.fewestHealthy >= scene.floor)
        #expect(host.now.switches.isEmpty, "no load is sent to machines that are bad")
    }

    @Test func goesBackWhenANewMachineCannotEvenBeMade() async throws {
        let machines = (1...2).map { FleetMachine(number: $0, edition: Self.old, condition: .healthy) }
        let host = SimulatedFleet(machines, impossible: [Self.new])
        var rollout = Rollout(on: host, to: Self.new, count: 2, strategy: .usual, previous: Self.old)
        rollout.sleep = { _ in }
        await #expect(throws: RolloutError.self) { _ = try await rollout.run() }
        #expect(host.now.machines.count == 2)
        #expect(host.now.machines.allSatisfy { $0.edition == Self.old && $0.condition == .healthy })
    }

    @Test(arguments: UInt64(0)..<300)
    func mendsWhateverStateItFinds(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed &+ 1000)
        let scene = Scene(seed: seed)
        let conditions: [FleetMachine.Condition] = [.incomplete, .stopped, .running, .healthy]
        let machines = (0..<Int.random(in: 0...8, using: &random)).map { index in
            FleetMachine(
                number: index + 1,
                edition: [Self.old, Self.new, Digest.of("older")].randomElement(using: &random) ?? Self.old,
                condition: conditions.randomElement(using: &random) ?? .stopped)
        }
        let host = SimulatedFleet(machines)
        _ = try await scene.rollout(on: host).run()
        #expect(host.now.machines.count == scene.count)
        #expect(host.now.machines.allSatisfy { $0.edition == Self.new && $0.condition == .healthy })
    }

    @Test(arguments: UInt64(0)..<100)
    func showsTheStepsThatItTakes(seed: UInt64) async throws {
        let scene = Scene(seed: seed)
        let goal = RolloutGoal(edition: Self.new, count: scene.count, strategy: scene.strategy)
        let preview = RolloutPlan.preview(goal, machines: scene.machines)
        let host = SimulatedFleet(scene.machines)
        #expect(try await scene.rollout(on: host).run() == preview.count)
    }

    @Test(arguments: UInt64(0)..<100)
    func keepsWithinItsSurge(seed: UInt64) async throws {
        let scene = Scene(seed: seed)
        guard case .rolling(_, let maxSurge) = scene.strategy else { return }
        let host = SimulatedFleet(scene.machines)
        _ = try await scene.rollout(on: host).run()
        #expect(host.now.most <= max(scene.machines.count, scene.count + maxSurge))
    }
}
