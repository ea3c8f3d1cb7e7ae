internal import Synchronization

/// The last used pieces of the tables of an image, as numbers; a bounded number of them.
final class QCOW2TableCache: Sendable {
    private struct Piece {
        let offset: Int64
        let words: [UInt64]
        var lastUse: UInt64
    }

    private struct State {
        var pieces: [Piece] = []
        var uses: UInt64 = 0
    }

    private let file: SourceFile
    private let capacity: Int
    private let state = Mutex(State())

    /// A cache of at most `capacity` pieces.
    init(_ file: SourceFile, capacity: Int) {
        self.file = file
        self.capacity = capacity
    }

    /// The `count` big-endian words at `offset`; the caller always asks for the same count at an offset, and has bounded it.
    func words(at offset: Int64, count: Int) throws -> [UInt64] {
        if let words = state.withLock({ Self.find(offset, in: &$0) }) { return words }
        let bytes = try file.bytes(at: offset, count: count * 8)
        let words = [UInt64](unsafeUninitializedCapacity: count) { words, filled in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(words).copyMemory(from: $0) }
            for index in 0..<count { words[index] = UInt64(bigEndian: words[index]) }
            filled = count
        }
        state.withLock { insert(words, at: offset, in: &$0) }
        return words
    }

    private static func find(_ offset: Int64, in state: inout State) -> [UInt64]? {
        guard let index = state.pieces.firstIndex(where: { $0.offset == offset }) else { return nil }
        state.uses += 1
        state.pieces[index].lastUse = state.uses
        return state.pieces[index].words
    }

    private func insert(_ words: [UInt64], at offset: Int64, in state: inout State) {
        guard Self.find(offset, in: &state) == nil else { return }
        state.uses += 1
        let piece = Piece(offset: offset, words: words, lastUse: state.uses)
        let oldest = state.pieces.indices.min { state.pieces[$0].lastUse < state.pieces[$1].lastUse }
        if let oldest, state.pieces.count >= capacity {
            state.pieces[oldest] = piece
        } else {
            state.pieces.append(piece)
        }
    }
}
