import Deployment
import Testing

struct VersionRangeTests {
    @Test(arguments: [
        ("1.x", ["v1.0.0", "v1.99.7"], ["v0.9.9", "v2.0.0", "v1.3.0-rc.1", "v2.0.0-rc.1"]),
        ("1.2.x", ["v1.2.0", "v1.2.10"], ["v1.1.9", "v1.3.0"]),
        ("~1.2.3", ["v1.2.3", "v1.2.4"], ["v1.2.2", "v1.3.0", "v1.2.4-rc.1"]),
        ("^1.2.3", ["v1.2.3", "v1.10.0"], ["v1.2.2", "v2.0.0"]),
        ("^0.2.3", ["v0.2.3", "v0.2.9"], ["v0.3.0", "v1.0.0"]),
        ("^0.0.3", ["v0.0.3"], ["v0.0.4"]),
        (">=1.2.0 <2.0.0", ["v1.2.0", "v1.9.0"], ["v1.1.0", "v2.0.0", "v2.0.0-rc.1"]),
        (">1.2.0 <=1.4.0", ["v1.2.1", "v1.4.0"], ["v1.2.0", "v1.4.1"]),
        (">=1.2.0-rc.2", ["v1.2.0-rc.2", "v1.2.0-rc.10", "v1.2.0"], ["v1.2.0-rc.1", "v1.2.0-beta", "v1.3.0-rc.1"]),
        (">=1.2.0-1", ["v1.2.0-2", "v1.2.0-10", "v1.2.0-a", "v1.2.0-1.0"], ["v1.2.0-0"]),
    ])
    func holds(text: String, inside: [String], outside: [String]) throws {
        let range = try #require(VersionRange(text))
        #expect(range.description == text)
        for version in inside { #expect(range.contains(version), "\(version)") }
        for version in outside { #expect(!range.contains(version), "\(version)") }
        #expect(!range.contains("1.2.3"), "no version of ours")
    }

    @Test(arguments: [
        "", " ", "1", "1.2", "1.2.3", "v1.x", "x", "*", "1.2.3.x", "latest", "^1", ">=v1.2.0", "> 1.2.0", "~01.2.0",
        "^9223372036854775807.0.0", "1.x 2.x 3.x 4.x 5.x",
    ])
    func refuses(text: String) {
        #expect(VersionRange(text) == nil)
    }
}
