import Foundation
import Synchronization

/// A moment in a build: so long after a stage began.
package struct BuildMoment: Sendable, CustomStringConvertible {
    /// The stage.
    package let stage: String
    /// The time after its beginning.
    package let delay: Duration

    /// The moment `delay` after `stage` began.
    package init(_ stage: String, after delay: Duration = .zero) {
        self.stage = stage
        self.delay = delay
    }

    /// Moments spread over a build whose stages took these times, in their order.
    package static func spread(
        _ count: Int, over stages: [(stage: String, seconds: Double)], using random: inout some RandomNumberGenerator
    ) -> [BuildMoment] {
        let total = stages.map(\.seconds).reduce(0, +)
        let times = (0..<count).map { _ in Double.random(in: 0..<total, using: &random) }.sorted()
        return times.map { time in
            var begin = 0.0
            for (stage, seconds) in stages {
                guard time >= begin + seconds else { return BuildMoment(stage, after: .seconds(time - begin)) }
                begin += seconds
            }
            return BuildMoment(stages.last?.stage ?? "")
        }
    }

    package var description: String {
        "\(stage) + \(Double(delay.components.seconds) + Double(delay.components.attoseconds) / 1e18) s"
    }
}

extension FactoryProcess {
    /// Runs a build to its end, and calls `strike` with its process at a moment of it; if the stage is over already, so
    /// long after the next one begins.
    package func run(
        at moment: BuildMoment, _ strike: @escaping @Sendable (_ process: Int32) -> Void
    ) async throws -> Ending {
        let alarm = Mutex<Task<Void, any Error>?>(nil)
        let isPast = Mutex(false)
        let ending = try await run { line, process in
            if line.hasPrefix("\(moment.stage): stored") || line == "\(moment.stage): not needed" {
                isPast.withLock { $0 = true }
            }
            let begins = line.hasSuffix(": started") && (line.hasPrefix("\(moment.stage):") || isPast.withLock { $0 })
            guard begins else { return }
            alarm.withLock { alarm in
                guard alarm == nil else { return }
                alarm = Task {
                    try await ContinuousClock().sleep(for: moment.delay)
                    strike(process)
                }
            }
        }
        alarm.withLock { $0?.cancel() }
        return ending
    }
}
