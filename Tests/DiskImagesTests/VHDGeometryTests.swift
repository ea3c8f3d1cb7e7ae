import Testing

@testable import DiskImages

struct VHDGeometryTests {
    /// A disk's sectors, and its cylinders, heads and sectors per track, worked out by the specification's own steps.
    private static let table: [[Int]] = [
        [1, 0, 4, 17],
        [4 * 17, 1, 4, 17],
        [32768, 481, 4, 17],
        [4 * 1024 * 17 - 1, 1023, 4, 17],
        [16 * 1024 * 17, 561, 16, 31],
        [16 * 1024 * 31, 503, 16, 63],
        [65535 * 16 * 63 - 1, 65534, 16, 63],
        [65535 * 16 * 63, 16191, 16, 255],
        [65535 * 16 * 255 + 99, 65535, 16, 255],
    ]

    @Test(arguments: table) func followsTheSpecification(row: [Int]) {
        let geometry = VHDGeometry(size: Int64(row[0]) * 512)
        #expect([Int(geometry.cylinders), Int(geometry.heads), Int(geometry.sectorsPerTrack)] == Array(row[1...]))
    }
}
