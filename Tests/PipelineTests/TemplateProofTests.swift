import Testing

@testable import Pipeline

/// What a template wants proven of its image, and what an audit may find on it.
struct TemplateProofTests {
    /// A template that says nothing of it has its images booted on the bus that they were built on.
    @Test func provesTheUsualWithoutAWord() throws {
        let scsi = TemplateTests.good.replacing("disk: 40GiB", with: "disk: 40GiB, disk-bus: scsi")
        #expect(try TemplateTests.load(scsi).proof == Template.Proof(bus: .scsi))
        #expect(
            try TemplateTests.load(TemplateTests.good + "proof: { grow: false }\n").proof
                == Template.Proof(bus: .virtio))
    }

    @Test(arguments: [
        (
            "proof: { per-clone: [machine-id] }",
            "7:22: 'an item of per-clone' is 'machine-id', but must be one of hostid, user-keys, pool-guid"
        ),
        ("proof: { per-clone: [hostid, hostid] }", "7:30: 'hostid' is there twice; leave one of them"),
        ("proof: { grow: maybe }", "7:16: 'grow' is 'maybe', but must be true or false"),
        ("proof: { buses: [] }", "7:17: there is no bus to boot the images on; write 'buses: [virtio]'"),
        (
            "proof: { buses: [sta] }",
            "7:18: 'an item of buses' is 'sta', but must be one of virtio, scsi, sata; did you mean 'sata'?"
        ),
        (
            "proof: { allow-console: [{ text: WARNING }] }",
            "7:26: 'reason' is missing from an item of allow-console; add 'reason: known and harmless, see …'"
        ),
        (
            "proof: { allow-console: [{ text: BUG, reason: why not }] }",
            "7:34: 'BUG' stands in too many lines to be allowed in all of them; give at least 8 characters of the line"
        ),
        ("proof: { growth: true }", "7:10: 'growth' is not a key of proof; did you mean 'grow'?"),
        ("proof: [grow]", "7:8: 'proof' is a list, but must be a mapping, such as 'key: value'"),
    ])
    func refusesAProofThatItCannotGive(section: String, problem: String) throws {
        #expect(
            try TemplateTests.problems(TemplateTests.good + section + "\n").contains { $0.hasSuffix(problem) },
            "\(section)")
    }

    @Test func allowsWhatIsNamedWithItsReason() throws {
        let template = try TemplateTests.load(
            TemplateTests.good
                + "audit: { allow: [{ path: /etc/app/test.key, kind: private-key, reason: opens nothing }] }\n")
        #expect(template.allowances.count == 1)
        #expect(try TemplateTests.load(TemplateTests.good).allowances.isEmpty)
    }

    @Test(arguments: [
        ("audit: { allow: [{ path: /etc/a, kind: private-key }] }", "'reason' is missing"),
        ("audit: { alow: [] }", "'alow' is not a key of audit"),
        ("audit: [allow]", "'audit' is a list, but must be a mapping"),
    ])
    func refusesAnAllowanceWithoutAReason(section: String, problem: String) throws {
        let found = try TemplateTests.problems(TemplateTests.good + section + "\n")
        #expect(found.contains { $0.contains(problem) }, "\(found)")
    }
}
