import HostSystem
import Testing

@testable import Deployment

/// What machines remember of the release that their fleet ran before.
struct PreviousReleaseTests {
    private func record(
        _ version: String, generation: Int, previous: String? = nil, cpus: Int = 1
    ) -> MachineRecord {
        var record = Samples.record()
        record.generation = generation
        record.edition.image = Samples.image(version)
        record.edition.shape.cpus = cpus
        record.previous = previous.map { PreviousRelease(Samples.image($0)) }
        return record
    }

    private func version(
        before record: MachineRecord, _ machines: [MachineRecord], refusing refused: MachineRecord? = nil
    ) -> String? {
        PreviousRelease.before(record.edition, in: machines, refusing: refused?.edition.fingerprint)?.version
    }

    private func clone(_ version: String, series: Int, previous: String? = nil) -> ProxmoxRecord {
        let edition = Samples.clusterEdition(version)
        var record = ProxmoxRecord(
            role: .machine, vmid: 100 + series, name: "web", release: edition.release, settings: edition.settings,
            run: "0123abcd")
        var place = FleetPlace(fleet: "web", number: series, series: series, edition: edition)
        place.previous = previous.map { PreviousRelease(Samples.image($0)) }
        record.member = place
        return record
    }

    private func version(
        before version: String, _ machines: [ProxmoxRecord], refusing refused: String? = nil, disk: ByteCount? = nil
    ) -> String? {
        PreviousRelease.before(
            Samples.clusterEdition(version, disk: disk), in: machines,
            refusing: refused.map { Samples.clusterEdition($0).fingerprint })?.version
    }

    @Test func isThatOfTheNewestMachines() {
        let machines = [record("v1.0.0", generation: 1), record("v1.1.0", generation: 2, previous: "v1.0.0")]
        #expect(version(before: record("v1.2.0", generation: 3), machines) == "v1.1.0")
        #expect(version(before: record("v1.0.0", generation: 3), [machines[1]]) == "v1.1.0")
    }

    @Test func isWhatTheOthersOfItsEditionRemember() {
        let machines = [
            record("v1.1.0", generation: 2, previous: "v1.0.0"), record("v1.2.0", generation: 3, previous: "v1.1.0"),
        ]
        #expect(version(before: record("v1.1.0", generation: 2), machines) == "v1.0.0")
    }

    @Test func isNotTheSameReleaseInAnotherShape() {
        let machines = [record("v1.1.0", generation: 2, previous: "v1.0.0")]
        #expect(version(before: record("v1.1.0", generation: 3, cpus: 4), machines) == "v1.0.0")
    }

    @Test func isNothingInANewFleet() {
        #expect(version(before: record("v1.0.0", generation: 1), []) == nil)
    }

    @Test func isNeverWhatTheFleetGoesBackFrom() {
        let bad = record("v1.1.0", generation: 2, previous: "v1.0.0")
        let back = record("v1.0.0", generation: 3)
        #expect(version(before: back, [bad], refusing: bad) == nil)
        #expect(version(before: back, [back, bad], refusing: bad) == nil, "the second one remembers nothing either")
        let old = record("v1.0.0", generation: 1, previous: "v0.9.0")
        #expect(version(before: back, [old, bad], refusing: bad) == "v0.9.0", "those that stayed know more")
        #expect(version(before: bad, [back, bad], refusing: bad) == "v1.0.0", "where it cannot go back after all")
    }

    @Test func isTheSameInACluster() {
        let machines = [clone("v1.0.0", series: 1), clone("v1.1.0", series: 2, previous: "v1.0.0")]
        #expect(version(before: "v1.2.0", machines) == "v1.1.0")
        #expect(version(before: "v1.1.0", machines) == "v1.0.0")
        #expect(version(before: "v1.1.0", machines, disk: .gibibytes(8)) == "v1.0.0", "in another shape")
        #expect(version(before: "v1.0.0", []) == nil)
        let (bad, back) = (machines[1], clone("v1.0.0", series: 3))
        #expect(version(before: "v1.0.0", [bad], refusing: "v1.1.0") == nil)
        #expect(version(before: "v1.0.0", [back, bad], refusing: "v1.1.0") == nil)
    }
}
