import Attestation
import Testing

@testable import Promotion

@Suite struct TagNameTests {
    @Test(arguments: [
        ("golden/v1.2.0", TagName(series: "golden", version: "v1.2.0", claim: .request)),
        ("golden/v1.2.0-dev", TagName(series: "golden", version: "v1.2.0", claim: .placement(.dev, turn: 1))),
        (
            "golden/v1.2.0-rc.1-staging",
            TagName(series: "golden", version: "v1.2.0-rc.1", claim: .placement(.staging, turn: 1))
        ),
        ("golden/v1.1.0-prod.2", TagName(series: "golden", version: "v1.1.0", claim: .placement(.prod, turn: 2))),
        ("a/b/v1.1.0-prod.17", TagName(series: "a/b", version: "v1.1.0", claim: .placement(.prod, turn: 17))),
        (
            "golden/v1.2.0-prod-approved.1",
            TagName(series: "golden", version: "v1.2.0", claim: .approval(.prod, number: 1))
        ),
        ("golden/v1.2.0-revoked", TagName(series: "golden", version: "v1.2.0", claim: .revocation)),
    ])
    func readsAndWritesEachForm(_ text: String, _ name: TagName) throws {
        #expect(TagName(text) == name)
        #expect("\(name)" == text)
    }

    @Test(arguments: [
        "v1.2.0", "/v1.2.0", "golden/", "golden/1.2.0", "golden/v1.2", "golden/v1.2.0-prod.1", "golden/v1.2.0-prod.0",
        "golden/v1.2.0-prod.02", "golden/v1.2.0-prod-staging", "golden/v1.2.0-revoked-dev",
        "golden/v1.2.0-prod-approved",
        "golden/v1.2.0-prod-approved.0", "golden/v1.2.0-revoked.2", "golden/v1.2.0-qa ",
        "golden/v1.2.0-prod.1000000000",
    ])
    func leavesOthersNamesAlone(_ text: String) {
        #expect(TagName(text) == nil)
    }
}
