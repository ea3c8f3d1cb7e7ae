/// Encodes the units of chunks by one encoding. It belongs to one thread.
final class UnitEncoder {
    private let compressor: Compressor
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: DiskGeometry.chunk, alignment: 64)

    /// An encoder; nil where the library has no memory for its state.
    init?(_ encoding: UnitEncoding) {
        guard let compressor = Compressor(encoding) else { return nil }
        self.compressor = compressor
    }

    deinit {
        scratch.deallocate()
    }

    /// Compresses the units of a chunk; one that would not become smaller stays as it is.
    func encode(_ chunk: Chunk) -> EncodedUnits {
        var end = 0
        let units = chunk.units.map { unit in
            let source = UnsafeRawBufferPointer(chunk.memory.bytes(unit.range))
            let room = UnsafeMutableRawBufferPointer(rebasing: scratch[end..<end + DiskGeometry.unit - 1])
            let count = compressor.compress(source, into: room)
            if count == nil {
                UnsafeMutableRawBufferPointer(rebasing: scratch[end..<end + source.count]).copyMemory(from: source)
            }
            let range = end..<end + (count ?? source.count)
            end = range.upperBound
            return EncodedChunk.Unit(index: unit.index, range: range, isCompressed: count != nil)
        }
        return EncodedUnits(units: units, bytes: Array(scratch[..<end]))
    }
}
