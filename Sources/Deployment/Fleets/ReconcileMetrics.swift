internal import HostSystem
package import Promotion

/// What passes over fleets have shown since the process began, for those who collect metrics.
package struct ReconcileMetrics: Sendable {
    private struct Name: Hashable, Comparable {
        let fleet: String
        let host: String

        static func < (one: Name, other: Name) -> Bool { (one.fleet, one.host) < (other.fleet, other.host) }
        var labels: [MetricFamily.Label] { [.init("fleet", fleet), .init("host", host)] }
    }

    private struct Counts {
        var repairs: Int64 = 0
        var failures: Int64 = 0
    }

    private var latest: [FleetResult] = []
    private var counts: [Name: Counts] = [:]
    private var passes: (good: Int64, bad: Int64) = (0, 0)
    private var lastPass: (seconds: Int64, milliseconds: Int64)?

    /// Nothing was seen yet.
    package init() {}

    /// Takes note of a pass.
    ///
    /// - Parameters:
    ///   - results: What became of the fleets; nil for a pass that came to none.
    ///   - seconds: When it ended, in seconds since 1970.
    ///   - duration: How long it took.
    package mutating func note(_ results: [FleetResult]?, at seconds: Int64, took duration: Duration) {
        lastPass = (seconds, duration.milliseconds)
        guard let results, !results.contains(where: \.isBad) else {
            passes.bad += 1
            take(results ?? [])
            return
        }
        passes.good += 1
        take(results)
    }

    private mutating func take(_ results: [FleetResult]) {
        guard !results.isEmpty else { return }
        latest = results
        var kept: [Name: Counts] = [:]
        for result in results {
            let name = Name(fleet: result.fleet, host: result.host)
            var count = counts[name] ?? Counts()
            if result.outcome == .changed { count.repairs += Int64(result.repairs) }
            if result.isBad { count.failures += 1 }
            kept[name] = count
        }
        // A fleet whose file is gone has no samples any more.
        counts = kept
    }

    /// The families.
    package var families: [MetricFamily] {
        passFamilies + fleetFamilies
    }

    private var passFamilies: [MetricFamily] {
        var count = MetricFamily(
            "imagefactory_reconcile_passes", .counter, help: "Passes over the fleets, by how they ended.")
        count.add(passes.good, [.init("outcome", "good")])
        count.add(passes.bad, [.init("outcome", "failed")])
        var time = MetricFamily(
            "imagefactory_reconcile_last_pass_timestamp_seconds", .gauge, unit: "seconds",
            help: "When the last pass ended, in seconds since 1970.")
        var duration = MetricFamily(
            "imagefactory_reconcile_last_pass_duration_milliseconds", .gauge, unit: "milliseconds",
            help: "How long the last pass took.")
        if let lastPass {
            time.add(lastPass.seconds, [])
            duration.add(lastPass.milliseconds, [])
        }
        return [count, time, duration]
    }

    private var fleetFamilies: [MetricFamily] {
        var wanted = MetricFamily(
            "imagefactory_fleet_machines_wanted", .gauge, help: "Machines that the fleet is to have.")
        var ready = MetricFamily(
            "imagefactory_fleet_machines_ready", .gauge, help: "Machines of the wanted edition that are healthy.")
        var failed = MetricFamily(
            "imagefactory_fleet_failed", .gauge, help: "Whether the last pass over the fleet failed.")
        var heldBack = MetricFamily(
            "imagefactory_fleet_held_back", .gauge,
            help: "Whether the fleet went back from what it is to run, and waits for another release.")
        var info = MetricFamily("imagefactory_fleet", .info, help: "The version that the fleet is to run.")
        var repairs = MetricFamily(
            "imagefactory_fleet_drift_repaired", .counter, help: "What was changed by hand and put right.")
        var failures = MetricFamily("imagefactory_fleet_failures", .counter, help: "Passes that failed on the fleet.")
        for result in latest {
            let name = Name(fleet: result.fleet, host: result.host)
            wanted.add(Int64(result.wanted), name.labels)
            if let count = result.ready { ready.add(Int64(count), name.labels) }
            failed.add(result.reason == nil ? 0 : 1, name.labels)
            heldBack.add(result.outcome == .heldBack ? 1 : 0, name.labels)
            if let version = result.version { info.add(1, name.labels + [.init("version", version)]) }
            repairs.add(counts[name]?.repairs ?? 0, name.labels)
            failures.add(counts[name]?.failures ?? 0, name.labels)
        }
        return [wanted, ready, failed, heldBack, info, repairs, failures]
    }
}
