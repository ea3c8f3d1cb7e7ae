import RandomTestSupport

extension SeededRandom {
    /// The bytes with one of them changed.
    mutating func changing(_ bytes: [UInt8], at index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= UInt8(truncatingIfNeeded: 1 + next() % 255)
        return bytes
    }
}
