import HostSystem
import Promotion
import SystemPackage
import Testing

@testable import Deployment

struct ReconcileMetricsTests {
    private func result(_ name: String, _ outcome: FleetResult.Outcome, repairs: Int = 0) async throws -> FleetResult {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-metrics") { folder in
            let text = "fleet: \(name)\ntemplate: web\nversion: v1.2.0\nhost: test:///default\ncount: 3\n"
            try folder.appending("\(name).yaml").write(text.utf8)
            let file = try #require(try FleetFileReader.fleets(in: folder).first)
            var result = FleetResult(file, outcome, version: "v1.2.0")
            result.ready = 2
            result.repairs = repairs
            return result
        }
    }

    private func text(_ metrics: ReconcileMetrics) -> [String] {
        ExpositionFormat.prometheus.document(metrics.families).split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("#") }
    }

    @Test func countsPassesRepairsAndFailures() async throws {
        var metrics = ReconcileMetrics()
        metrics.note([try await result("web", .changed, repairs: 2)], at: 1000, took: .milliseconds(1500))
        metrics.note([try await result("web", .changed, repairs: 1)], at: 1060, took: .seconds(1))
        metrics.note([try await result("web", .failed("gone"))], at: 1120, took: .milliseconds(7))
        metrics.note(nil, at: 1180, took: .milliseconds(8))
        let labels = "{fleet=\"web\",host=\"test:///default\"}"
        #expect(
            text(metrics) == [
                "imagefactory_reconcile_passes_total{outcome=\"good\"} 2",
                "imagefactory_reconcile_passes_total{outcome=\"failed\"} 2",
                "imagefactory_reconcile_last_pass_timestamp_seconds 1180",
                "imagefactory_reconcile_last_pass_duration_milliseconds 8",
                "imagefactory_fleet_machines_wanted\(labels) 3",
                "imagefactory_fleet_machines_ready\(labels) 2",
                "imagefactory_fleet_failed\(labels) 1",
                "imagefactory_fleet_held_back\(labels) 0",
                "imagefactory_fleet_info{fleet=\"web\",host=\"test:///default\",version=\"v1.2.0\"} 1",
                "imagefactory_fleet_drift_repaired_total\(labels) 3",
                "imagefactory_fleet_failures_total\(labels) 1",
            ])
    }

    @Test func forgetsFleetsWhoseFilesAreGone() async throws {
        var metrics = ReconcileMetrics()
        metrics.note([try await result("old", .unchanged)], at: 1000, took: .seconds(1))
        metrics.note([try await result("new", .heldBack)], at: 1060, took: .seconds(1))
        let lines = text(metrics)
        #expect(!lines.contains { $0.contains("\"old\"") })
        #expect(lines.contains("imagefactory_fleet_held_back{fleet=\"new\",host=\"test:///default\"} 1"))
    }
}
