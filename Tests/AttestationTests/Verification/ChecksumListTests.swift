import HostSystem
import Testing

@testable import Attestation

struct ChecksumListTests {
    private let one = Digest.of("one").hex
    private let other = Digest.of("other").hex

    @Test func hasTheDigestsInOrder() throws {
        let list = try ChecksumList(Array("\(one)  web-v1.2.0.raw\n\(other)  a file with blanks\n".utf8))
        #expect(list.entries.map(\.name) == ["web-v1.2.0.raw", "a file with blanks"])
        #expect(list.digest(of: "a file with blanks")?.hex == other)
        #expect(list.digest(of: "another") == nil)
    }

    @Test func saysWhichLineIsWrongAndHow() {
        let good = "\(one)  a\n"
        let cases: [(String, Int, ChecksumList.Problem)] = [
            ("", 1, .empty), ("\n", 1, .digest), (good + "\n", 2, .digest), (good + "\(one)  b", 2, .unfinished),
            (good + "\(one) b\n", 2, .separator), (good + "\(one)\n", 2, .separator), (good + "\(one)  \n", 2, .name),
            (good + "\(one)  b\r\n", 2, .name), (good + "\(one)   \u{1B}[2J\n", 2, .name),
            (good + "\(one)  " + String(repeating: "b", count: 256) + "\n", 2, .name),
            (good + "\(one)  SHA256SUMS.sig\n", 2, .reserved), (good + good, 2, .twice),
        ]
        for (text, line, problem) in cases {
            #expect(throws: ChecksumListError(line: line, problem: problem), "\(text)") {
                try ChecksumList(Array(text.utf8))
            }
        }
    }
}
