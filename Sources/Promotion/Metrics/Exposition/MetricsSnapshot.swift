internal import Attestation
package import Foundation

/// All that is exposed of a ledger at one moment.
package struct MetricsSnapshot: Sendable {
    /// The history of each channel of each series, in any order.
    package let histories: [DeploymentHistory]
    /// How much in the ledger is not as it must be, by kind; a kind without any has 0.
    package let problems: [String: Int]
    /// When the ledger was read.
    package let date: Date
    /// The version of the factory that read it.
    package let version: String

    /// A snapshot.
    package init(histories: [DeploymentHistory], problems: [String: Int], date: Date, version: String) {
        self.histories = histories.sorted { ($0.series, $0.channel.rank) < ($1.series, $1.channel.rank) }
        self.problems = problems
        self.date = date
        self.version = version
    }

    /// The snapshot as metrics.
    ///
    /// Labels are series and channel, and for what a channel holds, which is one thing at a time, template and version:
    /// no digest, commit or tag, of which there is no end. Counters are counted from the ledger's beginning, so they are
    /// the same after a restart and on every host.
    package var families: [MetricFamily] { deliveries + holdings + ledger }

    private var deliveries: [MetricFamily] {
        var deployments = MetricFamily(
            "imagefactory_deployments", .counter, help: "Deployments: placements in the channel, rollbacks included.")
        var failures = MetricFamily(
            "imagefactory_deployment_failures", .counter,
            help: "Deployments that a rollback undid, or whose release was revoked while it was in use.")
        var reworks = MetricFamily(
            "imagefactory_deployment_rework", .counter, help: "Unplanned deployments: rollbacks and hotfixes.")
        var leadTimes = MetricFamily(
            "imagefactory_change_lead_time_seconds", .histogram, unit: "seconds",
            help: "Time from the commit of a change to its deployment.")
        var recoveries = MetricFamily(
            "imagefactory_failed_deployment_recovery_seconds", .histogram, unit: "seconds",
            help: "Time from a failed deployment to the next good one, once that one has been followed by another.")
        for history in histories {
            let labels = history.labels
            deployments.add(Int64(history.deployments.count), labels)
            failures.add(Int64(history.deployments.count(where: \.hasFailed)), labels)
            reworks.add(Int64(history.deployments.count(where: \.isRework)), labels)
            let times = history.deployments.flatMap(\.leadTimes)
            leadTimes.add(TimeHistogram(of: times, bounds: TimeHistogram.leadTimeBounds), labels)
            // A counter may not take back what it counted, so only what is final counts.
            let final = history.deployments.compactMap(\.recovery).filter(\.isFinal).map(\.time)
            recoveries.add(TimeHistogram(of: final, bounds: TimeHistogram.recoveryBounds), labels)
        }
        return [deployments, failures, reworks, leadTimes, recoveries]
    }

    private var holdings: [MetricFamily] {
        var release = MetricFamily(
            "imagefactory_channel_release", .info, help: "The release that the channel holds.")
        var deployed = MetricFamily(
            "imagefactory_last_deployment_timestamp_seconds", .gauge, unit: "seconds",
            help: "When the channel's release was put there.")
        var revoked = MetricFamily(
            "imagefactory_channel_holds_revoked", .gauge,
            help: "Whether the release that the channel holds was revoked.")
        for history in histories {
            guard let placement = history.deployments.last?.placement else { continue }
            let identity = placement.release
            let facts = [
                MetricFamily.Label("template", identity.template), MetricFamily.Label("version", identity.version),
            ]
            release.add(1, history.labels + facts)
            deployed.add(placement.tag.date.wholeSeconds, history.labels)
            revoked.add(history.holdsRevoked ? 1 : 0, history.labels)
        }
        return [release, deployed, revoked]
    }

    private var ledger: [MetricFamily] {
        var problems = MetricFamily(
            "imagefactory_ledger_problems", .gauge, help: "What in the ledger is not as it must be.")
        var read = MetricFamily(
            "imagefactory_ledger_read_timestamp_seconds", .gauge, unit: "seconds", help: "When the ledger was read.")
        var build = MetricFamily("imagefactory_build", .info, help: "The factory that read the ledger.")
        for (kind, count) in self.problems.sorted(by: { $0.key < $1.key }) {
            problems.add(Int64(count), [MetricFamily.Label("kind", kind)])
        }
        read.add(date.wholeSeconds, [])
        build.add(1, [MetricFamily.Label("version", version)])
        return [problems, read, build]
    }
}

extension DeploymentHistory {
    /// What tells its metrics from those of others.
    fileprivate var labels: [MetricFamily.Label] {
        [MetricFamily.Label("series", series), MetricFamily.Label("channel", channel.rawValue)]
    }
}

extension Channel {
    /// Its place on a release's way.
    fileprivate var rank: Int { Channel.allCases.firstIndex(of: self) ?? 0 }
}

extension Date {
    /// Seconds since 1970, as Prometheus and git count them.
    fileprivate var wholeSeconds: Int64 { Int64(timeIntervalSince1970.rounded(.down)) }
}
