package import Foundation

/// DORA's five delivery metrics of one series in one channel, over a window of time.
///
/// All of them speak of the same deployments: those whose tags were made in the window. What became of them later counts
/// too, so the figures of the last days may still change. What has no deployment, change or failure to speak of is nil,
/// never 0.
package struct DeliveryMetrics: Sendable, Equatable {
    /// How many deployments there were.
    package let deployments: Int
    /// How many changes they brought whose time is known.
    package let changes: Int
    /// How many of them failed.
    package let failures: Int
    /// How many of those were made good.
    package let recoveries: Int
    /// How many were unplanned work after an incident.
    package let reworks: Int

    /// Deployment frequency: deployments per day.
    package let frequency: Double
    /// Change lead time: the median time from a change's commit to its deployment.
    package let leadTime: Duration?
    /// Failed deployment recovery time: the median time from a failed deployment to the next one that did not fail.
    package let recoveryTime: Duration?
    /// Change fail rate: the part of the deployments that failed.
    package var failRate: Double? { ratio(failures, of: deployments) }
    /// Rework rate: the part of the deployments that were unplanned work.
    package var reworkRate: Double? { ratio(reworks, of: deployments) }

    /// The metrics of the deployments in a window, both of its ends included.
    package init(of history: DeploymentHistory, in window: ClosedRange<Date>) {
        let deployments = history.deployments.filter { window.contains($0.placement.tag.date) }
        let leadTimes = deployments.flatMap(\.leadTimes)
        let recoveries = deployments.compactMap(\.recovery?.time)
        self.deployments = deployments.count
        changes = leadTimes.count
        failures = deployments.count(where: \.hasFailed)
        self.recoveries = recoveries.count
        reworks = deployments.count(where: \.isRework)
        frequency =
            Double(deployments.count) / (window.upperBound.timeIntervalSince(window.lowerBound) / 86400)
        leadTime = median(leadTimes)
        recoveryTime = median(recoveries)
    }
}

private func ratio(_ part: Int, of whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
}

/// The value in the middle, or halfway between the two in the middle; nil for none.
private func median(_ times: [Duration]) -> Duration? {
    guard !times.isEmpty else { return nil }
    let sorted = times.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
