package import DiskImages

/// The sizes of two images, in bytes, whether they differ or not.
package struct SizeChanges: Codable, Sendable, Equatable {
    /// The sizes of the image files of one format.
    package struct Image: Codable, Sendable, Equatable {
        /// The format.
        package let format: ImageFormat
        /// The file's length; nil on a side without one.
        package let file: Change<Int64?>
        /// The size of the disk in it.
        package let virtual: Change<Int64?>
    }

    /// What all files of the system hold together.
    package let installed: Change<Int64>
    /// The image files, by format.
    package let images: [Image]

    /// The sizes on two sides.
    init(from: ComparedImage, to: ComparedImage) {
        installed = Change(from: from.inventory.installedBytes, to: to.inventory.installedBytes)
        images = ImageFormat.allCases.compactMap { format in
            let (old, new) = (from.images.first { $0.format == format }, to.images.first { $0.format == format })
            guard old != nil || new != nil else { return nil }
            return Image(
                format: format, file: Change(from: old?.size, to: new?.size),
                virtual: Change(from: old?.virtualSize, to: new?.virtualSize))
        }
    }
}

extension Inventory {
    /// What all files hold together; a number in a file that is no inventory of ours may be any.
    fileprivate var installedBytes: Int64 {
        files.reduce(0) { sum, file in
            let (total, overflow) = sum.addingReportingOverflow(max(0, file.size ?? 0))
            return overflow ? .max : total
        }
    }
}
