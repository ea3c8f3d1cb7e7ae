import Attestation
import Foundation
import RandomTestSupport
import Testing

struct StrictJSONTests {
    @Test(arguments: [
        "null", " true ", "[]", "{}", "-0", "0", "12", "-12.5e+3", "1E-7", "9223372036854775807",
        "-9223372036854775808",
        "1.7976931348623157e308", #""""#, #""a\"\\\/\b\f\n\r\t\u00e4\uD83D\ude00""#, "\"ä😀\"", "[1,[2,[3]],{}]\n",
        "{\"a\":1,\"b\":{\"a\":2},\"\":[{\"a\":3},{\"a\":4}]}", "\t{ \"a\" :\r\n1 , \"A\" : 2 }",
    ])
    func takesJSON(text: String) throws {
        try StrictJSON.check(Array(text.utf8))
        _ = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test(arguments: [
        "", " ", "nul", "True", "[", "]", "[1,]", "[,1]", "[1 2]", "{", "}", "{\"a\"}", "{\"a\":}", "{a:1}",
        "{'a':1}", "{\"a\":1,}", "{,}", "{1:2}", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"",
        "\"\u{1}\"", "'a'", "// x\n1", "/* */1", "NaN", "Infinity", "-", "+1", ".5", "1.", "1e", "1e+", "--1",
        "\u{FEFF}1", "\u{A0}1", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\ud800\"", "\"\\ud800x\"", "\"\\u0000",
        "\u{0}",
    ])
    func refusesWhatIsNoJSON(text: String) {
        let error = #expect(throws: StrictJSONError.self) { try StrictJSON.check(Array(text.utf8)) }
        #expect(error?.kind == .syntax, "\(String(describing: error))")
    }

    @Test(arguments: [
        "01", "00", "1 2", "{} {}", "null,", "[]]", "1a", "0-1", "{}\u{0}", "\"a\"\"b\"", "truex", "nulll", "0x10",
    ])
    func refusesWhatFollowsTheValue(text: String) {
        #expect(throws: StrictJSONError(kind: .trailing, offset: Self.endOfValue(text))) {
            try StrictJSON.check(Array(text.utf8))
        }
    }

    /// Where the first value of those texts ends, with the white space after it.
    private static func endOfValue(_ text: String) -> Int {
        [
            "01": 1, "00": 1, "1 2": 2, "{} {}": 3, "null,": 4, "[]]": 2, "1a": 1, "0-1": 1, "truex": 4, "nulll": 4,
            "0x10": 1,
        ][text]
            ?? (text.hasPrefix("{}") ? 2 : 3)
    }

    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"é":1,"e\u0301":2}"#, #"{"":1,"":2}"#,
        #"[{"x":{"a":1,"b":2,"a":3}}]"#, #"{"/":1,"\/":2}"#, #"{"😀":1,"\ud83d\ude00":2}"#, #"{"a\n":1,"a\u000a":2}"#,
    ])
    func refusesAKeyThatComesTwiceHoweverItIsSpelled(text: String) {
        let error = #expect(throws: StrictJSONError.self) { try StrictJSON.check(Array(text.utf8)) }
        guard case .duplicateKey = error?.kind else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "1e309", "-1e999999999", "[1e400]",
        String(repeating: "9", count: 100_000), "0." + String(repeating: "1", count: 31),
        "1e" + String(repeating: "0", count: 40),
    ])
    func refusesNumbersThatProgramsReadInTwoWays(text: String) {
        let error = #expect(throws: StrictJSONError.self) { try StrictJSON.check(Array(text.utf8)) }
        #expect(error?.kind == .number)
    }

    @Test(arguments: ["[", "{\"a\":"])
    func refusesDeepNestingWithoutFollowingIt(opening: String) {
        let error = #expect(throws: StrictJSONError.self) {
            try StrictJSON.check(Array(String(repeating: opening, count: 10_000).utf8))
        }
        #expect(error?.kind == .tooDeep(limit: 64))
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try StrictJSON.check(Array(deepest.utf8)) }
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
        [0xFE, 0xFF, 0x00, 0x31], [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
    ])
    func refusesWhatIsNoUTF8(bytes: [UInt8]) {
        #expect(throws: StrictJSONError(kind: .notUTF8, offset: 0)) { try StrictJSON.check(bytes) }
    }

    @Test func refusesOtherEncodingsOfText() {
        for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian] {
            let bytes = Array("{\"a\":1}".data(using: encoding) ?? Data())
            #expect(!bytes.isEmpty)
            #expect(throws: StrictJSONError.self) { try StrictJSON.check(bytes) }
        }
    }

    @Test func refusesMoreThanTheLimitBeforeReadingIt() {
        let bytes = [UInt8](repeating: 0x20, count: StrictJSON.limit) + Array("1".utf8)
        #expect(throws: StrictJSONError(kind: .tooLarge(limit: StrictJSON.limit), offset: StrictJSON.limit)) {
            try StrictJSON.check(bytes)
        }
        #expect(throws: StrictJSONError.self) { try StrictJSON.decode(Int.self, from: Array("123".utf8), limit: 2) }
    }

    @Test func saysWhereTheContentIsNotWhatWasExpected() {
        struct Outer: Decodable { let list: [[String: Int]] }
        let text = #"{"list":[{"a":1},{"b":"x"}]}"#
        let error = #expect(throws: StrictJSONError.self) {
            try StrictJSON.decode(Outer.self, from: Array(text.utf8))
        }
        #expect(error?.description.hasPrefix("\"list[1].b\" is not what it should be: ") == true, "\(error as Any)")
    }

    @Test func quotesForeignTextWithoutWhatATerminalObeys() {
        let key = "\\u001b[31m" + String(repeating: "x", count: 100)
        let error = #expect(throws: StrictJSONError.self) {
            try StrictJSON.check(Array("{\"\(key)\":1,\"\(key)\":2}".utf8))
        }
        #expect(error?.description.contains("\u{1B}") == false)
        #expect((error?.description.count ?? 1000) < 200)
    }

    /// Texts like JSON, changed at random: what we take, an ordinary decoder takes, so that it never sees a surprise.
    @Test func takesNothingThatTheDecoderRefuses() throws {
        var random = SeededRandom(seed: 7)
        let seed = Array(#"{"a":[1,-2.5e3,"x\u00e4\n",{"b":null,"c":true}],"d":{"e":"","f":[[]]},"ä":"😀"}"#.utf8)
        let alphabet = Array("{}[]\",:\\u0123456789eE+-.nulltruefalse \n\tä".utf8) + [0, 0xFF]
        var taken = 0
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0...Int(random.next() % 3) {
                let index = Int(random.next() % UInt64(bytes.count))
                let byte = alphabet[Int(random.next() % UInt64(alphabet.count))]
                switch random.next() % 3 {
                case 0: bytes[index] = byte
                case 1: bytes.insert(byte, at: index)
                default: bytes.remove(at: index)
                }
            }
            guard (try? StrictJSON.check(bytes)) != nil else { continue }
            taken += 1
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(throws: Never.self, "\(text)") { try StrictJSON.decode(JSONValue.self, from: bytes) }
        }
        #expect(taken > 1000)
    }
}
