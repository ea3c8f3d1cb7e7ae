/// The sizes that every format here shares.
package enum DiskGeometry {
    /// The smallest piece of a disk: 512 bytes.
    package static let sector = 512
    /// What is compressed at a time: a qcow2 cluster and a VMDK grain, 64 KiB.
    package static let unit = 64 << 10
    /// What is read at a time, and a VHD block: 2 MiB, 32 units.
    package static let chunk = 2 << 20
    /// The units of a chunk.
    package static let unitsPerChunk = chunk / unit
    /// The largest disk that is read or written: 2^53 bytes, which leaves every sum of two offsets far from overflow.
    package static let largestDisk = Int64(1) << 53
}

extension FixedWidthInteger {
    /// The value rounded up to a multiple of `step`, which must be positive.
    func roundedUp(to step: Self) -> Self {
        dividedRoundingUp(by: step) * step
    }

    /// The number of pieces of `step` that hold the value, the last one perhaps not full.
    func dividedRoundingUp(by step: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: step)
        return remainder > 0 ? quotient + 1 : quotient
    }
}
