/// Gathers small pieces of a file that is written from a place onwards into large writes.
final class StreamBuffer {
    /// What is gathered before it is written.
    static let limit = 1 << 20

    private let file: OutputFile
    private var written: Int64
    private var filled = 0
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: limit, alignment: 64)

    /// A buffer whose first byte is written at `offset`.
    init(_ file: OutputFile, at offset: Int64) {
        self.file = file
        written = offset
    }

    deinit {
        memory.deallocate()
    }

    /// Where the next byte goes.
    var position: Int64 { written + Int64(filled) }

    /// Appends bytes.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        if bytes.count > Self.limit - filled { try flush() }
        guard bytes.count <= Self.limit else {
            try file.write(bytes, at: written)
            written += Int64(bytes.count)
            return
        }
        UnsafeMutableRawBufferPointer(rebasing: memory[filled...]).copyMemory(from: bytes)
        filled += bytes.count
    }

    /// Appends bytes.
    func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try append($0) }
    }

    /// Appends words, in little-endian order.
    func append<Word: FixedWidthInteger>(_ words: [Word]) throws {
        try words.map(\.littleEndian).withUnsafeBytes { try append($0) }
    }

    /// Appends `count` zeros.
    func appendZeros(_ count: Int) throws {
        if count > Self.limit - filled { try flush() }
        UnsafeMutableRawBufferPointer(rebasing: memory[filled..<filled + count]).initializeMemory(
            as: UInt8.self, repeating: 0)
        filled += count
    }

    /// Writes what is gathered.
    func flush() throws {
        try file.write(UnsafeRawBufferPointer(rebasing: memory[..<filled]), at: written)
        written += Int64(filled)
        filled = 0
    }
}
