/// The units of one chunk that hold something, encoded for one kind of image.
///
/// ```text
/// storage: | unit 0 | unit 2 | unit 3 | …      only units that are not all zeros, one after the other
/// ```
package struct EncodedChunk: ~Copyable {
    /// One unit of the disk.
    package struct Unit {
        /// Its place: the disk's bytes from `index` times 64 KiB on.
        package let index: Int64
        /// Where its bytes stand in the storage.
        package let range: Range<Int>
        /// Whether the bytes are compressed; if not they are the 64 KiB themselves, the disk's end filled up with zeros.
        package let isCompressed: Bool

        /// This unit's bytes and those of the next one, which stand behind them.
        func joined(with next: Self) -> Self {
            Self(index: index, range: range.lowerBound..<next.range.upperBound, isCompressed: isCompressed)
        }
    }

    /// The units, ascending.
    package let units: [Unit]
    private let storage: UnsafeRawBufferPointer
    private let owner: AnyObject

    /// Units inside `storage`, which lives as long as `owner`.
    init(units: [Unit], storage: UnsafeRawBufferPointer, owner: AnyObject) {
        self.units = units
        self.storage = storage
        self.owner = owner
    }

    /// The number of bytes of all units.
    package var byteCount: Int { units.reduce(0) { $0 + $1.range.count } }

    /// Lends the bytes of one unit.
    package func withBytes<Result>(of unit: Unit, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
    {
        try withExtendedLifetime(owner) { try body(UnsafeRawBufferPointer(rebasing: storage[unit.range])) }
    }
}
