internal import Foundation
internal import Synchronization

/// Compares one disk with others, byte by byte, on several threads.
///
/// A chunk of the disk is read once and compared with each of the others; where none of them has data, none is read.
struct DiskComparison: Sendable {
    let source: any DiskReader
    let others: [any DiskReader]
    let threads: Int

    /// The offset of the first byte in which each of the others differs; nil for one that is equal. Sizes are equal.
    ///
    /// - Throws: What a reader throws, or `CancellationError`; with the first failure, the threads stop.
    func firstDifferences(
        isCancelled: @Sendable () -> Bool, onProgress: @Sendable (Int64) -> Void
    ) throws -> [Int64?] {
        let state = ComparisonState(others: others.count)
        DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
            do {
                let memory = ChunkMemory()
                let scratch = ChunkMemory()
                while !state.isOver, let index = try state.next(after: { try chunk(from: $0) }) {
                    if isCancelled() { throw CancellationError() }
                    onProgress(index * Int64(DiskGeometry.chunk))
                    try compare(chunk: index, state, memory, scratch)
                }
            } catch {
                state.fail(error)
            }
        }
        return try state.result()
    }

    /// The first chunk, from one on, in which any of the disks may hold something.
    private func chunk(from first: Int64) throws -> Int64? {
        let step = Int64(DiskGeometry.chunk)
        var offset = first * step
        while offset < source.size {
            let extents = try ([source] + others).map { try $0.extent(at: offset) }
            guard extents.allSatisfy({ $0.content == .zeros }) else { return offset / step }
            offset += extents.map(\.length).min() ?? source.size
        }
        return nil
    }

    private func compare(
        chunk index: Int64, _ state: ComparisonState, _ memory: ChunkMemory, _ scratch: ChunkMemory
    ) throws {
        let start = index * Int64(DiskGeometry.chunk)
        let whole = start..<min(start + Int64(DiskGeometry.chunk), source.size)
        try read(source, whole, into: memory)
        for (number, other) in others.enumerated() {
            var end = whole.lowerBound
            try other.forEachDataExtent(in: whole) { extent in
                let before = Int(end - start)..<Int(extent.lowerBound - start)
                if let place = memory.firstNonZero(in: before) { state.differs(number, at: start + Int64(place)) }
                let part = Int(extent.lowerBound - start)..<Int(extent.upperBound - start)
                try other.read(into: scratch.bytes(part), at: extent.lowerBound)
                if let place = memory.firstDifference(from: scratch, in: part) {
                    state.differs(number, at: start + Int64(place))
                }
                end = extent.upperBound
            }
            let after = Int(end - start)..<Int(whole.upperBound - start)
            if let place = memory.firstNonZero(in: after) { state.differs(number, at: start + Int64(place)) }
        }
    }

    private func read(_ reader: any DiskReader, _ range: Range<Int64>, into memory: ChunkMemory) throws {
        var end = range.lowerBound
        try reader.forEachDataExtent(in: range) { extent in
            memory.zero(Int(end - range.lowerBound)..<Int(extent.lowerBound - range.lowerBound))
            let part = Int(extent.lowerBound - range.lowerBound)..<Int(extent.upperBound - range.lowerBound)
            try reader.read(into: memory.bytes(part), at: extent.lowerBound)
            end = extent.upperBound
        }
        memory.zero(Int(end - range.lowerBound)..<Int(range.upperBound - range.lowerBound))
    }
}

extension ChunkMemory {
    /// The first place of a range where a byte is not zero.
    fileprivate func firstNonZero(in range: Range<Int>) -> Int? {
        let part = UnsafeRawBufferPointer(bytes(range))
        guard !part.isEmpty, !part.isAllZeros else { return nil }
        return part.firstIndex { $0 != 0 }.map { range.lowerBound + $0 }
    }

    /// The first place of a range where two memories differ.
    fileprivate func firstDifference(from other: ChunkMemory, in range: Range<Int>) -> Int? {
        let (left, right) = (bytes(range), other.bytes(range))
        guard let start = left.baseAddress, let otherStart = right.baseAddress,
            memcmp(start, otherStart, range.count) != 0
        else { return nil }
        return zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }.map { range.lowerBound + $0.offset }
    }
}

/// What the threads of a comparison share.
private final class ComparisonState: Sendable {
    private struct Content {
        var nextChunk: Int64 = 0
        var differences: [Int64?]
        var failure: (any Error)?
    }

    private let content: Mutex<Content>

    init(others: Int) {
        content = Mutex(Content(differences: Array(repeating: nil, count: others)))
    }

    /// Whether there is nothing more to find out.
    var isOver: Bool { content.withLock { $0.failure != nil } }

    /// The next chunk to compare; `search` finds the first one from a number on.
    func next(after search: (Int64) throws -> Int64?) throws -> Int64? {
        try content.withLock { content in
            let found = try search(content.nextChunk)
            content.nextChunk = found.map { $0 + 1 } ?? .max >> 24
            return found
        }
    }

    func differs(_ number: Int, at offset: Int64) {
        content.withLock { $0.differences[number] = min($0.differences[number] ?? .max, offset) }
    }

    func fail(_ error: any Error) {
        content.withLock { $0.failure = $0.failure ?? error }
    }

    func result() throws -> [Int64?] {
        try content.withLock { content in
            if let failure = content.failure { throw failure }
            return content.differences
        }
    }
}
