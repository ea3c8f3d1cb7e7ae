internal import SystemPackage

/// What holds for every VHD.
package enum VHD {
    /// The largest disk: 2040 GiB, what 32-bit sector numbers reach.
    package static let largestDisk = Int64(2040) << 30

    /// What one who takes a VHD might refuse.
    package enum Warning: Sendable, Hashable {
        /// The disk is no whole number of MiB: Azure refuses it.
        case noWholeMebibytes(size: Int64)
    }

    /// What may be refused of a disk of `size` bytes.
    package static func warnings(size: Int64) -> [Warning] {
        size % (1 << 20) == 0 ? [] : [.noWholeMebibytes(size: size)]
    }

    /// - Throws: ``ImageError`` of kind `unsupported`, if a disk of `size` bytes fits in no VHD.
    static func checkFits(_ size: Int64, in file: FilePath) throws {
        guard size <= largestDisk else {
            throw ImageError(
                .unsupported, file, "the disk has \(size) bytes, and a VHD holds at most 2040 GiB (\(largestDisk))")
        }
    }
}

extension VHD.Warning: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noWholeMebibytes(let size):
            "the disk has \(size) bytes, which is no whole number of MiB: Azure refuses such a VHD"
        }
    }
}
