/// Fixed-width words at byte offsets, in the order of bytes that a format uses. The caller has checked the length.
extension Array<UInt8> {
    /// The big-endian word at `offset`.
    func big<Word: FixedWidthInteger>(_ type: Word.Type = Word.self, at offset: Int) -> Word {
        withUnsafeBytes { Word(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: Word.self)) }
    }

    /// The little-endian word at `offset`.
    func little<Word: FixedWidthInteger>(_ type: Word.Type = Word.self, at offset: Int) -> Word {
        withUnsafeBytes { Word(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Word.self)) }
    }

    /// Writes a big-endian word at `offset`.
    mutating func setBig<Word: FixedWidthInteger>(_ word: Word, at offset: Int) {
        withUnsafeMutableBytes { $0.storeBytes(of: word.bigEndian, toByteOffset: offset, as: Word.self) }
    }

    /// Writes a little-endian word at `offset`.
    mutating func setLittle<Word: FixedWidthInteger>(_ word: Word, at offset: Int) {
        withUnsafeMutableBytes { $0.storeBytes(of: word.littleEndian, toByteOffset: offset, as: Word.self) }
    }
}
