internal import Foundation
internal import GuestAgent
internal import HostSystem
internal import Machines
internal import Pipeline

/// The template's tests in one guest.
///
/// A test passes when its command exits with 0 and prints what the template expects.
struct GuestTests: Sendable {
    /// The tests.
    let tests: [Template.GuestTest]

    /// Runs them in their order.
    ///
    /// - Parameter report: Takes news for people.
    func run(in guest: Guest, report: (String) -> Void) async throws -> [TestOutcome] {
        var outcomes: [TestOutcome] = []
        for (index, test) in tests.enumerated() {
            report("test \(index + 1)/\(tests.count) \(test.name)")
            guest.machine.note("the test '\(test.name)'")
            outcomes.append(try await outcome(of: test, in: guest))
        }
        return outcomes
    }

    private func outcome(of test: Template.GuestTest, in guest: Guest) async throws -> TestOutcome {
        let clock = ContinuousClock()
        let start = clock.now
        var failure: String?
        do {
            let result = try await guest.agent.shell(test.run, deadline: test.timeout)
            // Cut when nothing is left in it that must not be shown.
            let printed = guest.machine.redactor.text(result.text).suffix(400)
            if !result.succeeded {
                let errors = guest.machine.redactor.text(result.errorText).suffix(400)
                failure = "\(result.ending); it printed '\(printed)' and '\(errors)'"
            } else if let expected = test.expect?.trimmingCharacters(in: .whitespacesAndNewlines),
                result.text != expected
            {
                failure = "it printed '\(printed)', expected was '\(expected)'"
            }
        } catch let error as AgentError where !error.isPassing {
            failure = guest.machine.redactor.text("\(error)")
        }
        return TestOutcome(name: test.name, failure: failure, duration: clock.now - start)
    }

    /// What shapes the results, for a stage's ingredients.
    var recipe: [Recipe] { tests.map { Recipe(name: $0.name, run: $0.run, expect: $0.expect) } }

    /// A test as it enters a key: how long it may take is no part of it.
    struct Recipe: Encodable {
        let name: String
        let run: String
        let expect: String?
    }
}
