import HostSystem
import SystemPackage
import Testing

@testable import Pipeline

struct EstimateTests {
    private static let host = RunHost(name: "build1", kernel: "6.1", cores: 2, memory: 8 << 30)

    /// A run with one stage.
    private struct Sample {
        var seconds: Double? = 60
        var stage = "seal"
        var template = "web"
        var host = EstimateTests.host
        var action = Plan.Action.run
        var accelerator: String? = "tcg"
        var failure: StageFailure?

        func summary(_ number: Int) -> RunSummary {
            var summary = RunSummary(id: "run-\(1000 + number)", template: template, started: "T")
            summary.origin = RunOrigin(version: "0", process: 1, folder: "/f", host: host)
            summary.stages = [RunSummary.Stage(name: stage)]
            summary.stages[0].action = action
            summary.stages[0].seconds = seconds
            summary.stages[0].accelerator = accelerator
            summary.stages[0].failure = failure
            return summary
        }
    }

    /// What a history of these runs, oldest first, makes of the template `web` on its host.
    private func estimates(_ samples: [Sample], accelerator: String? = "tcg") async throws -> [String: Double] {
        let folder = try TestFolder()
        let history = await History.open(in: folder.state, creating: true) { Issue.record("\($0)") }
        for (number, sample) in samples.enumerated() { try history.save(sample.summary(number)) }
        return history.estimates(of: "web", accelerator: accelerator, on: Self.host)
    }

    @Test func isTheMedian() async throws {
        #expect(try await estimates([]) == [:])
        #expect(try await estimates([50].map { Sample(seconds: $0) }) == ["seal": 50])
        #expect(try await estimates([50, 70].map { Sample(seconds: $0) }) == ["seal": 60])
        #expect(try await estimates([9000, 70, 50].map { Sample(seconds: $0) }) == ["seal": 70])
    }

    @Test func isOfEachStageAlone() async throws {
        let samples = [Sample(seconds: 10), Sample(seconds: 3, stage: "fetch-iso", accelerator: nil)]
        #expect(try await estimates(samples) == ["seal": 10, "fetch-iso": 3])
    }

    @Test func followsTheNewestRuns() async throws {
        let samples = Array(repeating: Sample(seconds: 500), count: 30) + Array(repeating: Sample(seconds: 5), count: 9)
        #expect(try await estimates(samples) == ["seal": 5])
    }

    @Test func countsOnlyWhatTellsSomething() async throws {
        var slower = Self.host
        slower = RunHost(name: "build2", kernel: slower.kernel, cores: 2, memory: slower.memory)
        let smaller = RunHost(name: "build1", kernel: "6.1", cores: 1, memory: 8 << 30)
        let others = [
            Sample(seconds: nil), Sample(seconds: 1, template: "db"), Sample(seconds: 1, host: slower),
            Sample(seconds: 1, host: smaller), Sample(seconds: 1, action: .cached),
            Sample(seconds: 1, accelerator: "kvm"), Sample(seconds: 1, failure: StageFailure(message: "no")),
        ]
        for other in others {
            #expect(try await estimates([other]) == [:], "\(other)")
            #expect(try await estimates([other, Sample(), other, other]) == ["seal": 60], "\(other)")
        }
    }

    @Test func takesTheLastAcceleratorWhereNoneIsKnownYet() async throws {
        let samples = [
            Sample(seconds: 600), Sample(seconds: 60, accelerator: "kvm"), Sample(seconds: 1, accelerator: nil),
        ]
        #expect(try await estimates(samples, accelerator: nil) == ["seal": 30.5])
        #expect(try await estimates(samples, accelerator: "tcg") == ["seal": 300.5])
    }

    @Test func fillsAPlan() throws {
        func step(_ stage: String, _ action: Plan.Action) -> Plan.Step {
            Plan.Step(stage: stage, summary: "", product: .disk, key: nil, action: action, reason: "")
        }
        let plan = Plan(steps: [step("a", .cached), step("b", .run), step("c", .run)])
        let whole = plan.estimated(by: ["a": 1, "b": 2, "c": 3])
        #expect(whole.steps.map(\.seconds) == [nil, 2, 3])
        #expect(whole.seconds == 5)
        let part = plan.estimated(by: ["b": 2])
        #expect(part.steps.map(\.seconds) == [nil, 2, nil])
        #expect(part.seconds == nil)
    }
}
