/// The cylinders, heads and sectors that a VHD claims, by the appendix of the specification ("CHS Calculation"). Their
/// product is the disk's size or a little less.
struct VHDGeometry: Equatable {
    /// The cylinders.
    let cylinders: UInt16
    /// The heads of a cylinder.
    let heads: UInt8
    /// The sectors of a head's track.
    let sectorsPerTrack: UInt8

    /// The geometry of a disk of `size` bytes.
    init(size: Int64) {
        let sectors = min(size / Int64(DiskGeometry.sector), 65535 * 16 * 255)
        var sectorsPerTrack: Int64
        var heads: Int64
        if sectors >= 65535 * 16 * 63 {
            (sectorsPerTrack, heads) = (255, 16)
        } else {
            sectorsPerTrack = 17
            heads = max(4, (sectors / 17).dividedRoundingUp(by: 1024))
            if heads > 16 || sectors / 17 >= heads * 1024 { (sectorsPerTrack, heads) = (31, 16) }
            if sectors / sectorsPerTrack >= heads * 1024 { (sectorsPerTrack, heads) = (63, 16) }
        }
        cylinders = UInt16(sectors / sectorsPerTrack / heads)
        self.heads = UInt8(heads)
        self.sectorsPerTrack = UInt8(sectorsPerTrack)
    }
}
