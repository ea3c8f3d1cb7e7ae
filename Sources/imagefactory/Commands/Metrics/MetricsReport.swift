internal import Attestation
internal import Foundation
internal import HostSystem
internal import Promotion

/// The delivery metrics of a channel, for people and for programs. What is nil is not in the JSON.
struct MetricsReport: Encodable {
    /// The metrics of one series; without them its tags are disputed.
    struct Row: Encodable {
        /// The series.
        let series: String
        /// What the channel holds.
        var version: String?
        /// Whether that was revoked.
        var revoked: Bool?
        /// How many deployments there were, how many of them failed, and so on.
        var deployments: Int?
        var failures: Int?
        var recoveries: Int?
        var rework: Int?
        var changes: Int?
        /// The five metrics.
        var deploymentsPerDay: Double?
        var leadTimeSeconds: Int64?
        var failRate: Double?
        var recoveryTimeSeconds: Int64?
        var reworkRate: Double?

        private enum CodingKeys: String, CodingKey {
            case series, version, revoked, deployments, failures, recoveries, rework, changes
            case deploymentsPerDay = "deployments-per-day"
            case leadTimeSeconds = "lead-time-seconds"
            case failRate = "fail-rate"
            case recoveryTimeSeconds = "recovery-time-seconds"
            case reworkRate = "rework-rate"
        }
    }

    /// The channel.
    let channel: Channel
    /// The window's beginning.
    let since: Date
    /// The window's end, which is now.
    let until: Date
    /// How much is wrong with the tags.
    let problems: Int
    /// The series, by name.
    let series: [Row]

    /// The report on a channel over the last `window`.
    init(_ state: MetricsSource.State, channel: Channel, window: Duration) {
        let range = state.date.addingTimeInterval(-TimeInterval(window.components.seconds))...state.date
        let rows = state.histories.filter { $0.channel == channel }.map { Row($0, in: range) }
        let disputed = state.disputed.filter { $0.channel == channel }.map { Row(series: $0.series) }
        self.channel = channel
        since = range.lowerBound
        until = range.upperBound
        problems = state.problems.count
        series = (rows + disputed).sorted { $0.series < $1.series }
    }

    /// The report for people.
    var lines: [String] {
        let head = [
            "SERIES", "CHANNEL", "DEPLOYED", "PER WEEK", "LEAD TIME", "FAIL RATE", "RECOVERY", "REWORK", "HOLDS",
        ]
        let rows = series.map { [$0.series, channel.rawValue] + $0.cells }
        return TextTable.lines([head] + rows.map { $0.map { TerminalText.plain($0) } }) + [
            "deployments from \(since.moment) to \(until.moment) UTC"
        ]
    }
}

extension MetricsReport.Row {
    init(_ history: DeploymentHistory, in window: ClosedRange<Date>) {
        let metrics = DeliveryMetrics(of: history, in: window)
        self.init(
            series: history.series, version: history.deployments.last?.placement.release.version,
            revoked: history.deployments.isEmpty ? nil : history.holdsRevoked, deployments: metrics.deployments,
            failures: metrics.failures, recoveries: metrics.recoveries, rework: metrics.reworks,
            changes: metrics.changes,
            deploymentsPerDay: metrics.frequency, leadTimeSeconds: metrics.leadTime?.components.seconds,
            failRate: metrics.failRate, recoveryTimeSeconds: metrics.recoveryTime?.components.seconds,
            reworkRate: metrics.reworkRate)
    }

    /// The cells of its line after the series and the channel.
    fileprivate var cells: [String] {
        guard let deployments else { return Array(repeating: "-", count: 6) + ["unknown: its tags are disputed"] }
        let holds = version.map { $0 + (revoked == true ? " (REVOKED)" : "") }
        return [
            "\(deployments)", deploymentsPerDay.map { String(format: "%.1f", $0 * 7) }, Self.time(leadTimeSeconds),
            Self.percent(failRate), Self.time(recoveryTimeSeconds), Self.percent(reworkRate), holds,
        ].map { $0 ?? "-" }
    }

    private static func percent(_ rate: Double?) -> String? {
        rate.map { "\(Int(($0 * 100).rounded()))%" }
    }

    /// A time in its two largest units: `40s`, `12m`, `3h20m`, `2d04h`.
    private static func time(_ seconds: Int64?) -> String? {
        guard let seconds else { return nil }
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m"
        case ..<86400: return String(format: "%dh%02dm", seconds / 3600, seconds % 3600 / 60)
        default: return String(format: "%dd%02dh", seconds / 86400, seconds % 86400 / 3600)
        }
    }
}
