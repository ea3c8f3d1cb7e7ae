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

    private func version(before record: MachineRecord, _ machines: [MachineRecord]) -> String? {
        PreviousRelease.before(record.edition, in: machines)?.version
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
}
