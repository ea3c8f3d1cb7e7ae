import Foundation
import HostSystem
import Machines
import Testing

@testable import Pipeline
@testable import Stages

/// Each thing that a clone may show wrong is named.
struct SealProofTests {
    private static func record(_ mark: String) -> IdentityRecord {
        IdentityRecord(
            items: [.init(kind: .machineID, name: "/etc/machine-id", digest: .of(mark))], wanted: [.machineID])
    }

    private static func look(_ role: String, _ facts: String = "cloud-init\n") -> CloneLook {
        CloneLook(
            role: role, time: .milliseconds(25_140), identities: role == "seeded" ? nil : record(role),
            facts: CloneFacts(reading: facts))
    }

    private static let taken = SeedResult(takesHostName: true, takesUser: true, takesKey: true)
    private static let grown = DiskGrowth(before: 8 << 30, after: 10 << 30, added: 2 << 30)

    private func proof(
        clone: CloneLook = SealProofTests.look("clone"), seed: SeedResult? = SealProofTests.taken,
        growth: DiskGrowth? = SealProofTests.grown,
        tests: [TestOutcome] = [TestOutcome(name: "the greeting is there", failure: nil, duration: .seconds(1))],
        console: [String] = [], allowing: [Template.AllowedLine] = []
    ) -> SealProof {
        let looks = [clone, Self.look("twin")]
        return SealProof(
            findings: CloneFindings(
                clones: looks, seeded: SeededLook(look: Self.look("seeded"), seed: seed, growth: growth), tests: tests,
                ports: [], inventory: nil, agentNeededSeed: false),
            identities: IdentityVerdict.judge(
                clones: looks.compactMap(\.identities), build: nil, declared: []),
            consoles: ["clone": ConsoleJudgement(of: console, allowing: allowing, accelerator: .tcg)],
            buildIsKnown: false)
    }

    private func failures(_ proof: SealProof) -> [String] {
        proof.outcomes.compactMap { outcome in outcome.failure.map { "\(outcome.name): \($0)" } }
    }

    @Test func findsNothingWrongInASoundSeal() throws {
        let proof = proof()
        #expect(failures(proof) == [])
        #expect(proof.outcomes.map(\.name).contains("the seeded boots"))
        let json = try #require(try JSONSerialization.jsonObject(with: proof.json()) as? [String: Any])
        #expect(json["comparedWithBuild"] as? Bool == false)
        let clones = try #require(json["clones"] as? [[String: Any]])
        #expect(clones.map { $0["name"] as? String } == ["clone", "twin", "seeded"])
        #expect(clones[0]["secondsToBoot"] as? Double == 25.1)
        let identities = try #require(json["identities"] as? [[String: Any]])
        #expect(identities.count == IdentityKind.allCases.count)
        #expect(identities[0]["finding"] as? String == "different")
        #expect(identities[1]["finding"] as? String == "absent")
    }

    @Test func namesAFailedUnit() {
        let clone = Self.look("clone", "unit broken.service loaded failed failed A broken unit\n")
        #expect(failures(proof(clone: clone)) == ["no unit failed in the clone: failed units: broken.service"])
    }

    @Test func namesAKernelError() {
        let line = "[   12.345678] EXT4-fs error (device vda2): ext4_lookup:1855: inode #2"
        let found = failures(proof(console: ["all is well", line, line]))
        #expect(found.count == 1 && found[0].contains("EXT4-fs error (device vda2)"))
        let allowed = Template.AllowedLine(
            text: "EXT4-fs error (device vda2)", reason: "the disk is meant to be broken")
        let proof = proof(console: [line], allowing: [allowed])
        #expect(failures(proof) == [])
        #expect(proof.consoles["clone"]?.allowed == [.init(line: line, reason: allowed.reason)])
    }

    @Test(arguments: [
        (SeedResult(takesHostName: false, takesUser: true, takesKey: true), "did not take its host name"),
        (SeedResult(takesHostName: true, takesUser: false, takesKey: false), "did not take its user, SSH key"),
    ])
    func namesASeedThatWasNotTaken(seed: SeedResult, words: String) {
        let found = failures(proof(seed: seed))
        #expect(found.count == 1 && found[0].hasPrefix("a clone takes its seed: ") && found[0].hasSuffix(words))
    }

    @Test func saysThatNoSeedWasTriedWithoutCloudInit() throws {
        let outcome = try #require(proof(seed: nil).outcomes.first { $0.name == "a clone takes its seed" })
        #expect(outcome.failure == nil)
        #expect(outcome.remark == "there is no cloud-init in the image, so that no seed was tried")
    }

    @Test func namesADiskThatDoesNotGrow() {
        let stuck = DiskGrowth(before: 8 << 30, after: 8 << 30, added: 2 << 30)
        let found = failures(proof(growth: stuck))
        #expect(
            found.count == 1 && found[0].hasPrefix("a clone grows on a larger disk: on a disk that is larger by 2 GiB"))
        #expect(failures(proof(growth: nil)) == [])
    }

    /// Pools use a disk in pieces of up to half a gigabyte.
    @Test(arguments: [(0, false), (1 << 29, false), (1 << 30, true), (3 << 29, true), (2 << 30, true)])
    func acceptsWhatPoolsMakeOfADisk(gained: Int, grows: Bool) {
        let growth = DiskGrowth(before: 7 << 30, after: 7 << 30 + Int64(gained), added: 2 << 30)
        #expect((growth.failure == nil) == grows)
    }

    @Test func namesAFailedTest() {
        let test = TestOutcome(name: "the moon is full", failure: "exit status 1", duration: .zero)
        #expect(failures(proof(tests: [test])) == ["the moon is full: exit status 1"])
        let error = GuestTestError(failed: [test], total: 20)
        #expect(
            error.description
                == "1 of 20 checks failed in clones of the sealed disk\n  > the moon is full: exit status 1")
    }

    @Test func namesWhatClonesShare() {
        let clone = CloneLook(
            role: "clone", time: .zero, identities: Self.record("twin"), facts: CloneFacts(reading: ""))
        #expect(
            failures(proof(clone: clone)) == [
                "each clone has its own machine-id: two clones have the same machine-id: /etc/machine-id"
            ])
    }
}
