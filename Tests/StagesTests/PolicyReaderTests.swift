import Attestation
import Foundation
import HostSystem
import Pipeline
import SystemPackage
import Testing

@testable import Stages

struct PolicyReaderTests {
    @Test func readsAllOfAPolicy() throws {
        let policy = try read(
            """
            require: [provenance, boot-report]
            signers:
              release-2026: { until: 2027-06-30 }
              alice: {}
            threshold: 2
            provenance: { builder: "urn:a", source: "https://example.org/images.git", clean: true }
            """)
        #expect(
            policy
                == VerificationPolicy(
                    required: [.provenance, .bootReport],
                    signers: [
                        "release-2026": .init(end: Date(timeIntervalSince1970: 1_814_400_000)), "alice": .init(),
                    ], threshold: 2,
                    provenance: ProvenanceDemands(
                        builder: "urn:a", source: "https://example.org/images.git", isClean: true)))
    }

    @Test func asksForTheUsualWhereNothingIsSaid() throws {
        #expect(try read("threshold: 1") == VerificationPolicy())
    }

    static let mistakes: [(text: String, problem: String)] = [
        ("requires: [sbom]", "policy.yaml:1:1: 'requires' is not a key of a policy; did you mean 'require'?"),
        ("require: [sbom, test]", "'an item of require' is 'test', but must be one of"),
        ("provenance: { clear: true }", "did you mean 'clean'?"),
        ("provenance: { clean: perhaps }", "'clean' is 'perhaps', but must be"),
        ("require: sbom", "'require' is 'sbom', but must be a list"),
        ("signers: [alice]", "'signers' is a list, but must be a mapping"),
        ("signers: { alice: }", "'alice' is nothing, but must be a mapping"),
        ("signers: { alice: { untill: 2027-06-30 } }", "did you mean 'until'?"),
        ("signers: { alice: { until: 2027-02-30 } }", "'until' is '2027-02-30', but must be a day"),
        ("signers: { alice: { until: tomorrow } }", "'until' is 'tomorrow', but must be a day"),
        ("signers: { alice: { until: 2027-06-30T12:00:00Z } }", "but must be a day"),
        ("threshold: 0", "'threshold' is '0', but must be a whole number from 1 to 16"),
        ("signers: { alice: {} }\nthreshold: 2", "asks for 2 signers, and 'signers' names 1"),
        ("signers: { alice: {}, alice: {} }", "there twice"),
        ("", "the file is empty"),
    ]

    @Test(arguments: mistakes.indices)
    func refusesAMistakeInItsPlace(index: Int) {
        let mistake = Self.mistakes[index]
        let error = #expect(throws: YAMLError.self) { try read(mistake.text) }
        #expect(error?.description.contains(mistake.problem) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func saysThatThereIsNoPolicy() {
        #expect(throws: UnreadableFileError.self) { try PolicyReader.read("/nonexistent.yaml") }
    }

    private func read(_ text: String) throws -> VerificationPolicy {
        let folder = FilePath("/tmp/if-policy-\(String.randomHex(digits: 12))")
        try folder.createFolder()
        defer { try? folder.remove() }
        try folder.appending("policy.yaml").write(text.utf8)
        return try PolicyReader.read(folder.appending("policy.yaml"))
    }
}
