import RandomTestSupport

extension SeededRandom {
    /// The bytes with a few of them changed, put in, taken out, or repeated elsewhere.
    mutating func mutating(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        let alphabet = Array("\n\r\t \u{1B}:-/.0123456789abcdefPrevious<>=+".utf8) + [0, 0x7F, 0x80, 0xC2, 0xFF]
        for _ in 0...Int.random(in: 0..<3, using: &self) {
            let index = Int.random(in: bytes.indices, using: &self)
            let byte = Bool.random(using: &self) ? alphabet.randomElement(using: &self) ?? 0 : UInt8(next() & 0xFF)
            switch Int.random(in: 0..<5, using: &self) {
            case 0: bytes[index] = byte
            case 1: bytes[index] ^= 1 << UInt8(next() % 8)
            case 2: bytes.insert(byte, at: index)
            case 3: bytes.remove(at: index)
            default:
                let end = min(bytes.count, index + Int.random(in: 1..<80, using: &self))
                bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: bytes.indices, using: &self))
            }
        }
        return bytes
    }
}
