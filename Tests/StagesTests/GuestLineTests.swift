import HostSystem
import Machines
import Testing

@testable import Pipeline
@testable import Stages

struct GuestLineTests {
    private func keys(
        _ provision: String, disk: String = "d 1", machine: [String: String] = ["cpus": "2"]
    ) async throws -> (all: [StageKey], usable: [StageKey]) {
        try await TestProject.with { project in
            let template = try project.template("provision: [\(provision)]")
            let line = try await GuestLine(
                [Provision(template: template), try Seal(template: template)], disk: disk, machine: machine)
            return (line.stops.map(\.key), line.usableKeys)
        }
    }

    @Test func sharesTheKeysBeforeAChangedStep() async throws {
        let before = try await keys("run: a, run: b, run: c")
        let after = try await keys("run: a, run: b, run: d")
        #expect(before.all.count == 4)
        #expect(before.all.prefix(3) == after.all.prefix(3))
        #expect(before.all[3] != after.all[3])
        let first = try await keys("run: x, run: b, run: c")
        #expect(Set(first.all).intersection(before.all) == [before.all[0]])
    }

    @Test func sharesNothingWithAnotherDiskOrMachine() async throws {
        let before = Set(try await keys("run: a").all)
        #expect(before.isDisjoint(with: try await keys("run: a", disk: "d 2").all))
        #expect(before.isDisjoint(with: try await keys("run: a", machine: ["cpus": "3"]).all))
    }

    @Test func offersNoStateBehindTheSeal() async throws {
        let keys = try await keys("run: a, run: b")
        #expect(keys.usable == keys.all)
        let none = try await self.keys("")
        #expect(none.usable.count == 1, "the booted guest before the seal")
    }
}
