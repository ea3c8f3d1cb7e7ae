/// Random numbers that are the same for the same seed (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// Bytes that do not compress.
    mutating func bytes(_ count: Int) -> [UInt8] {
        let words = (0..<(count + 7) / 8).map { _ in next() }
        return words.withUnsafeBytes { Array($0.prefix(count)) }
    }

    /// Bytes out of a small vocabulary of words of eight bytes, some of which come more often.
    mutating func words(_ count: Int) -> [UInt8] {
        let vocabulary = (0..<256).map { _ in next() }
        let words = (0..<(count + 7) / 8).map { _ in
            let draw = next()
            return vocabulary[Int(draw & 255 & draw >> 8)]
        }
        return words.withUnsafeBytes { Array($0.prefix(count)) }
    }
}
