import Testing

@testable import Machines

struct OutputLinesTests {
    @Test(arguments: 1...12)
    func givesTheSameLinesHoweverTheBlocksAreCut(size: Int) {
        let bytes = Array("one\r\n\u{2714} tw\u{F6}\n\r\n 5%\r\u{1F427} end".utf8)
        var lines = OutputLines(limit: 4096)
        var found: [String] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            found += lines.add(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(found == ["one", "\u{2714} tw\u{F6}", "", " 5%"])
        #expect(lines.unfinished == "\u{1F427} end")
    }

    @Test(arguments: [
        ("e", [UInt8]()), ("\u{E4}", [0xC3]), ("\u{2714}", [0xE2, 0x9C]), ("\u{1F427}", [0xF0, 0x9F, 0x90]),
    ])
    func leavesAnIncompleteCharacterForLater(character: String, start: [UInt8]) {
        var lines = OutputLines(limit: 4096)
        _ = lines.add(Array("a".utf8) + start)
        #expect(lines.unfinished == "a")
        _ = lines.add(Array(character.utf8).dropFirst(start.count))
        #expect(lines.unfinished == "a\(character)")
    }

    @Test func showsBytesThatCanBecomeNoCharacter() {
        var lines = OutputLines(limit: 4096)
        _ = lines.add([0x61, 0xFF])
        #expect(lines.unfinished == "a\u{FFFD}")
    }

    @Test func keepsTheEndOfALineWithoutEnd() {
        var lines = OutputLines(limit: 8)
        for _ in 0..<100 { _ = lines.add(Array("noise ".utf8)) }
        _ = lines.add(Array("login: ".utf8))
        #expect(lines.unfinished == " login: ")
    }
}
