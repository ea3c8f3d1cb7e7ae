import Attestation
import Foundation
import HostSystem
import Pipeline
import SystemPackage
import Testing

@testable import Promotion

@Suite struct PromotionPolicyReaderTests {
    @Test func readsEveryKey() throws {
        let text = """
            staging:
              evidence: [provenance, boot-report]
              gates:
                - { name: trial, run: scripts/trial.sh, timeout: 20min }
                - { name: scan, run: "true" }
            prod:
              soak: 1d
              approvals: 2
              approvers: [ada, bob]
              author-approves: true
              promoters: [ada]
            """
        let policy = try PromotionPolicyReader.read(Array(text.utf8))
        var staging = ChannelPolicy()
        staging.evidence = [.provenance, .bootReport]
        staging.gates = [
            Gate(name: "trial", run: "scripts/trial.sh", timeout: .seconds(1200)), Gate(name: "scan", run: "true"),
        ]
        var prod = ChannelPolicy()
        prod.soak = .seconds(86400)
        prod.approvals = 2
        prod.approvers = ["ada", "bob"]
        prod.countsAuthor = true
        prod.promoters = ["ada"]
        #expect(policy.channels == [.staging: staging, .prod: prod])
        #expect(policy.digest == Digest.of(text))
    }

    @Test func asksForTheUsualEvidenceWhereNothingIsSaid() {
        #expect(PromotionPolicy()[.prod].evidence == Evidence.usual)
        #expect(PromotionPolicy()[.prod].approvals == 0)
    }

    @Test func shipsAPolicyThatCanBeRead() throws {
        let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .removingLastComponent()
        let bytes = try root.pushing(FilePath(PromotionPolicy.file)).readBytes()
        #expect(try PromotionPolicyReader.read(bytes)[.prod].evidence == Evidence.usual)
    }

    @Test(arguments: [
        ("dev: {}", "'dev' is not a key"), ("prod: { aprovals: 1 }", "did you mean 'approvals'?"),
        ("prod: { approvals: 3, approvers: [ada, bob] }", "asks for 3, and 'approvers' names 2"),
        ("prod: { approvers: [] }", "names nobody"), ("prod: { promoters: [] }", "names nobody"),
        ("prod: { approvals: -1 }", "a whole number"), ("prod: { soak: never }", "a time"),
        ("prod: { evidence: [faith] }", "one of"), ("prod: { gates: [{ name: trial }] }", "'run' is missing"),
        ("prod: { gates: [{ name: A/b, run: x }] }", "no name of a gate"),
        ("prod: { gates: [{ name: a, run: x }, { name: a, run: y }] }", "there twice"), ("[]", "a mapping"),
    ])
    func refusesWhatItDoesNotUnderstand(_ text: String, _ reason: String) {
        #expect {
            try PromotionPolicyReader.read(Array(text.utf8))
        } throws: { error in
            error is YAMLError && "\(error)".contains(reason)
        }
    }
}
