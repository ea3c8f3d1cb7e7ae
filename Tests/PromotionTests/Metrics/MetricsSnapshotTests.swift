import Attestation
import Foundation
import Testing

@testable import Promotion

@Suite struct MetricsSnapshotTests {
    private static func document(_ story: LedgerStory, commits: CommitHistory = CommitHistory(numbered: [])) -> [String]
    {
        let histories = Channel.allCases.reversed().map { story.history(in: $0, commits: commits) }
        let snapshot = MetricsSnapshot(
            histories: histories, problems: ["lost": 1, "fork": 0], date: LedgerStory.date(100), version: "1.2.3")
        return ExpositionFormat.prometheus.document(snapshot.families).split(separator: "\n").map(String.init)
    }

    @Test func tellsWhatAChannelHoldsAndHowItCameThere() {
        var story = LedgerStory()
        let commits = CommitHistory(numbered: [(number: 1, hours: 0, parents: []), (2, 1, [1])])
        story.place("v1.0.0", at: 1, commit: 1)
        story.place("v1.1.0", at: 10, commit: 2)
        story.rollBack(to: "v1.0.0", at: 12, commit: 1)
        story.place("v1.1.1", at: 20, commit: 2)
        story.revoke("v1.1.1", at: 21)
        let lines = Set(Self.document(story, commits: commits))
        let channel = #"{series="golden",channel="prod"}"#
        #expect(
            lines.isSuperset(of: [
                "imagefactory_deployments_total\(channel) 4",
                "imagefactory_deployment_failures_total\(channel) 2",
                "imagefactory_deployment_rework_total\(channel) 1",
                #"imagefactory_change_lead_time_seconds_bucket{series="golden",channel="prod",le="14400.0"} 0"#,
                #"imagefactory_change_lead_time_seconds_bucket{series="golden",channel="prod",le="86400.0"} 1"#,
                "imagefactory_change_lead_time_seconds_sum\(channel) 32400",
                "imagefactory_change_lead_time_seconds_count\(channel) 1",
                "imagefactory_failed_deployment_recovery_seconds_sum\(channel) 7200",
                "imagefactory_failed_deployment_recovery_seconds_count\(channel) 1",
                "imagefactory_last_deployment_timestamp_seconds\(channel) 1767297600",
                #"imagefactory_channel_release_info{series="golden",channel="prod",template="golden-centos9",version="v1.1.1"} 1"#,
                "imagefactory_channel_holds_revoked\(channel) 1",
                #"imagefactory_ledger_problems{kind="fork"} 0"#, #"imagefactory_ledger_problems{kind="lost"} 1"#,
                "imagefactory_ledger_read_timestamp_seconds 1767585600",
                #"imagefactory_build_info{version="1.2.3"} 1"#,
            ]))
    }

    @Test func beginsCountersAtZeroAndSaysNothingElseOfAnEmptyChannel() {
        let lines = Self.document(LedgerStory()).filter { $0.contains(#"channel="dev""#) && !$0.contains("_bucket") }
        #expect(
            lines == [
                #"imagefactory_deployments_total{series="golden",channel="dev"} 0"#,
                #"imagefactory_deployment_failures_total{series="golden",channel="dev"} 0"#,
                #"imagefactory_deployment_rework_total{series="golden",channel="dev"} 0"#,
                #"imagefactory_change_lead_time_seconds_sum{series="golden",channel="dev"} 0"#,
                #"imagefactory_change_lead_time_seconds_count{series="golden",channel="dev"} 0"#,
                #"imagefactory_failed_deployment_recovery_seconds_sum{series="golden",channel="dev"} 0"#,
                #"imagefactory_failed_deployment_recovery_seconds_count{series="golden",channel="dev"} 0"#,
            ])
    }

    @Test func countsARecoveryWhenNothingCanTakeItBack() {
        var story = LedgerStory()
        story.place("v1.0.0", at: 0)
        story.place("v1.1.0", at: 1)
        story.rollBack(to: "v1.0.0", at: 2)
        let count = #"imagefactory_failed_deployment_recovery_seconds_count{series="golden",channel="prod"}"#
        #expect(Self.document(story).contains("\(count) 0"))
        story.place("v1.2.0", at: 9)
        #expect(Self.document(story).contains("\(count) 1"))
    }
}
