import HostSystem
import Testing

@testable import Attestation

@Suite(.timeLimit(.minutes(2)))
struct RPMVersionTests {
    /// rpm's own order of each pair: -1, 0 or 1.
    private func rpmsOrder(of pairs: [(String, String)]) async throws -> [Int] {
        let calls = pairs.map { #"print(rpm.vercmp("\#($0)", "\#($1)") .. "\n")"# }.joined(separator: " ")
        let output = try await Program.run("rpm", ["--eval", "%{lua: \(calls)}"], deadline: .seconds(100))
        return output.text.split(separator: "\n").compactMap { Int($0) }
    }

    private func order(_ one: String, _ two: String) -> Int {
        RPMVersion(one) < RPMVersion(two) ? -1 : RPMVersion(one) == RPMVersion(two) ? 0 : 1
    }

    @Test func ordersRandomVersionsAsRPMDoes() async throws {
        var examples = VersionExamples(seed: 9)
        let pairs = examples.pairs(
            1500,
            pieces: [
                "0", "00", "1", "10", "9", "a", "b", "Z", ".", "~", "^", "_", "+", "~~", "rc", "99999999999999999999",
            ],
            ends: ["-1", "-0", "-1.el9", "-1.el9_4", "-2~1", "-1^git"], epochs: ["", "", "", "0:", "1:", "10:"])
        let expected = try await rpmsOrder(of: pairs)
        try #require(expected.count == pairs.count)
        for kind in [-1, 0, 1] { #expect(expected.count { $0 == kind } > 20) }
        for (pair, expected) in zip(pairs, expected) {
            #expect(order(pair.0, pair.1) == expected, "\(pair)")
            #expect(order(pair.1, pair.0) == -expected, "\(pair), turned")
        }
    }

    @Test func knowsTheRulesOfTheManual() {
        for (one, two) in [
            ("1.0~rc1-1", "1.0-1"), ("1.0-1", "1.0^git1-1"), ("1.0^git1-1", "1.0.1-1"), ("9-1", "1:0-1"),
            ("1.9-1", "1.10-1"), ("1.a-1", "1.1-1"), ("1-1.el9", "1-2.el9"), ("1", "1-1"),
        ] {
            #expect(order(one, two) == -1, "\(one) \(two)")
        }
        #expect(order("1.0-1", "0:1_0-1") == 0)
        #expect(order("1.01-1", "1.1-1") == 0)
    }

    @Test func takesAVersionApart() {
        let version = RPMVersion("1:2.3-4.el9")
        #expect(version.epoch == "1" && version.version == "2.3" && version.release == "4.el9")
        #expect(RPMVersion("2.3").epoch == nil && RPMVersion("2.3").release == nil)
    }
}
