import RandomTestSupport

extension SeededRandom {
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
