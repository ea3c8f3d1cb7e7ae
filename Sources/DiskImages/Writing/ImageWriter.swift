/// Writes one image file from the units of a disk that hold something.
///
/// A writer is used from one thread at a time. The order of calls is: ``append(_:)`` for each chunk that holds something,
/// in ascending order of offset, then ``finish(_:)`` once. What is never appended is zero.
package protocol ImageWriter: AnyObject {
    /// How the writer wants its units.
    var encoding: UnitEncoding { get }

    /// Takes the next units; `chunk` and its bytes are only lent.
    func append(_ chunk: borrowing EncodedChunk) throws

    /// Writes what comes last: tables, headers, footers, the file's length.
    func finish(_ identity: DiskIdentity) throws
}
