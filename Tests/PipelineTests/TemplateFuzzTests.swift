import HostSystem
import SystemPackage
import Testing

@testable import Pipeline

struct TemplateFuzzTests {
    /// Random numbers that are the same each time (SplitMix64).
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// What a damaged file may do: be read, or be refused with places that are in it.
    @Test(arguments: 0..<8)
    func refusesDamageWithAPlace(seed: Int) throws {
        let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        let bytes = try root.appending("templates").appending("lab-debian13.yaml").readBytes()
        let pieces = Array(#"{}[]:,-&*!|>'"%@`#?\"#.utf8) + [0, 9, 10, 13, 32, 65, 128, 195, 255]
        var random = Random(state: UInt64(seed))
        var refused = 0
        for _ in 0..<150 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[index] = pieces.randomElement(using: &random) ?? 0
                case 1: damaged.insert(pieces.randomElement(using: &random) ?? 0, at: index)
                default: damaged.removeSubrange(index..<min(damaged.count, index + 5))
                }
            }
            let text = String(decoding: damaged, as: UTF8.self)
            let reader = YAMLReader()
            do throws(YAMLError) {
                let node = try YAMLFile.parse(text, named: "t.yaml")
                _ = TemplateReader(reader: reader, file: "templates/lab-debian13.yaml", root: root).template(from: node)
                try reader.finish()
            } catch {
                refused += 1
                let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
                #expect(!error.problems.isEmpty)
                #expect(error.problems.allSatisfy { (1...(lines + 1)).contains($0.place.line) }, "\(error)")
            }
        }
        #expect(refused > 0)
    }
}
