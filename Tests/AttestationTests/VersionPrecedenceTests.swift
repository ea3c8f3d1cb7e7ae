import Attestation
import Testing

struct VersionPrecedenceTests {
    /// The example of Semantic Versioning 2.0.0, section 11, and what lies around it.
    private static let ascending = [
        "v0.0.0-0123456789ab", "v0.0.0", "v0.9.0", "v0.10.0", "v1.0.0-1", "v1.0.0-2", "v1.0.0-10", "v1.0.0-alpha",
        "v1.0.0-alpha.1", "v1.0.0-alpha.beta", "v1.0.0-beta", "v1.0.0-beta.2", "v1.0.0-beta.11", "v1.0.0-rc.1",
        "v1.0.0",
        "v1.0.1", "v1.2.0", "v1.10.0", "v2.0.0", "v99999999999999999999.0.0", "v100000000000000000000.0.0",
    ]

    @Test func followsTheSpecification() throws {
        let order = try Self.ascending.map { try #require(VersionPrecedence($0)) }
        for (index, one) in order.enumerated() {
            for (otherIndex, other) in order.enumerated() {
                #expect((one < other) == (index < otherIndex), "\(Self.ascending[index]) \(Self.ascending[otherIndex])")
                #expect((one == other) == (index == otherIndex))
            }
        }
    }

    @Test(arguments: ["", "v", "1.2.0", "v1.2", "v01.2.0", "v1.2.0+build", "v1.2.0-", "v1.2.0-a..b", "latest"])
    func hasNoPlaceForWhatIsNoVersion(text: String) {
        #expect(VersionPrecedence(text) == nil)
    }
}
