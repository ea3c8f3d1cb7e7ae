/// Makes lines of what a guest writes, which comes in blocks of any size.
///
/// A line ends with LF, CR or both. Blocks are cut anywhere, also between the bytes of one character or of one line's end.
package struct OutputLines: Sendable {
    private let limit: Int
    private var pending: [UInt8] = []
    private var endsWithReturn = false

    /// Lines of which no more than the last `limit` bytes are kept.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Takes the next block.
    ///
    /// - Returns: The lines that it ended.
    package mutating func add(_ block: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in block {
            let followsReturn = endsWithReturn
            endsWithReturn = byte == 0x0D
            switch byte {
            case 0x0A where followsReturn: continue
            case 0x0A, 0x0D:
                lines.append(text(of: pending))
                pending.removeAll(keepingCapacity: true)
            default: pending.append(byte)
            }
        }
        pending = pending.suffix(limit)
        return lines
    }

    /// What came after the last line's end, without a character whose bytes are not all there.
    var unfinished: String {
        text(of: pending.dropLast(incompleteTail))
    }

    /// How many bytes at the end begin a character that needs more of them.
    private var incompleteTail: Int {
        for (index, byte) in pending.suffix(4).reversed().enumerated() where byte & 0xC0 != 0x80 {
            let length =
                switch byte {
                case 0xC2...0xDF: 2
                case 0xE0...0xEF: 3
                case 0xF0...0xF4: 4
                default: 1
                }
            return length > index + 1 ? index + 1 : 0
        }
        return 0
    }

    private func text(of bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
