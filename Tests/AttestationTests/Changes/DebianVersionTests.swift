import HostSystem
import Testing

@testable import Attestation

@Suite(.timeLimit(.minutes(2)))
struct DebianVersionTests {
    /// `dpkg --compare-versions` on each pair: -1, 0 or 1.
    private func dpkgsOrder(of pairs: [(String, String)]) async throws -> [Int] {
        let script = """
            while read -r one two; do
                if dpkg --compare-versions "$one" lt "$two"; then echo -1
                elif dpkg --compare-versions "$one" eq "$two"; then echo 0
                elif dpkg --compare-versions "$one" gt "$two"; then echo 1; fi
            done
            """
        let output = try await Program.run(
            "/bin/sh", ["-c", script], input: Array(pairs.map { "\($0) \($1)\n" }.joined().utf8),
            deadline: .seconds(100))
        return output.text.split(separator: "\n").compactMap { Int($0) }
    }

    private func order(_ one: String, _ two: String) -> Int {
        DebianVersion(one) < DebianVersion(two) ? -1 : DebianVersion(one) == DebianVersion(two) ? 0 : 1
    }

    @Test func ordersRandomVersionsAsDpkgDoes() async throws {
        var examples = VersionExamples(seed: 13)
        let pairs = examples.pairs(
            500,
            pieces: [
                "0", "00", "1", "10", "9", "a", "b", "Z", ".", "~", "+", "~~", "rc", "-a", "99999999999999999999",
            ],
            ends: ["", "-0", "-1", "-1~", "-1+b1", "-1.1", "~1-1"], epochs: ["", "", "", "0:", "1:", "10:"])
        let expected = try await dpkgsOrder(of: pairs)
        try #require(expected.count == pairs.count)
        for kind in [-1, 0, 1] { #expect(expected.count { $0 == kind } > 10) }
        for (pair, expected) in zip(pairs, expected) {
            #expect(order(pair.0, pair.1) == expected, "\(pair)")
            #expect(order(pair.1, pair.0) == -expected, "\(pair), turned")
        }
    }

    @Test func knowsTheRulesOfTheManual() {
        for (one, two) in [
            ("1.0~rc1", "1.0"), ("1.0", "1.0-1"), ("1.0-1", "1.0-1+b1"), ("9.9", "1:0"), ("1.9", "1.10"),
            ("1.0a", "1.0+"),
            ("1.0~~", "1.0~"), ("2-3-4", "2-4-1"),
        ] {
            #expect(order(one, two) == -1, "\(one) \(two)")
        }
        #expect(order("1.0", "0:1.0-0") == 0)
        #expect(order("1.01", "1.1") == 0)
    }
}
