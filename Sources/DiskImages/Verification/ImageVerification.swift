internal import Foundation
internal import HostSystem
package import SystemPackage

/// Decodes images and compares their disks with the disk they were made from, and an OVA's files with its manifest.
///
/// A qcow2 image that is not compressed by zstd is decoded by libqcow, which is not ours; the others by our own readers.
package struct ImageVerification: Sendable {
    /// The disk that the images must hold.
    let source: any DiskReader
    /// The number of threads that decode and compare.
    let threads: Int

    /// A verification against `source`.
    package init(against source: any DiskReader, threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
        self.source = source
        self.threads = threads
    }

    /// An image and the format that it must be in.
    package struct Candidate: Sendable {
        /// The file.
        let path: FilePath
        /// Its format.
        let format: ImageFormat

        /// An image file in a format.
        package init(_ path: FilePath, _ format: ImageFormat) {
            self.path = path
            self.format = format
        }
    }

    /// Decodes and compares all images.
    ///
    /// - Parameter onProgress: Is told how many bytes of the disk have been compared.
    /// - Returns: For each image the program whose code decoded it.
    /// - Throws: ``VerificationError`` for the first image that holds something else, ``ImageError`` for one that cannot be
    ///   decoded, `CancellationError`.
    package func verify(
        _ images: [Candidate], onProgress: @escaping @Sendable (Int64) -> Void = { _ in }
    ) async throws -> [String] {
        try await offloaded { try verify(images, $0, onProgress: onProgress) }
    }

    /// Decodes and compares all images on this thread and others.
    func verify(
        _ images: [Candidate], _ isCancelled: @Sendable () -> Bool, onProgress: @Sendable (Int64) -> Void
    ) throws -> [String] {
        let decoders = try images.map { try ImageDecoder($0.path, $0.format) }
        for case let archive as OVAArchive in decoders.map(\.reader) {
            try archive.verifyManifest(isCancelled: isCancelled)
        }
        for (image, decoder) in zip(images, decoders) where decoder.reader.size != source.size {
            throw VerificationError(file: image.path, kind: .size(found: decoder.reader.size, expected: source.size))
        }
        let differences = try DiskComparison(source: source, others: decoders.map(\.reader), threads: threads)
            .firstDifferences(isCancelled: isCancelled, onProgress: onProgress)
        for (image, difference) in zip(images, differences) {
            if let difference { throw VerificationError(file: image.path, kind: .content(offset: difference)) }
        }
        return decoders.map(\.program)
    }
}

/// A reader of an image, and the program that it is from.
private struct ImageDecoder {
    let reader: any DiskReader
    let program: String

    init(_ path: FilePath, _ format: ImageFormat) throws {
        let ours = try DiskImage.open(path, as: format, backing: .none)
        if let image = ours as? QCOW2Reader, !image.needsZstd {
            reader = try LibqcowReader(path)
            program = "libqcow"
        } else {
            reader = ours
            program = "imagefactory"
        }
    }
}

/// An image that does not hold the disk that it was made from.
package struct VerificationError: Error, CustomStringConvertible, Equatable {
    /// In what it differs.
    package enum Kind: Sendable, Equatable {
        /// The size of the disk, in bytes.
        case size(found: Int64, expected: Int64)
        /// The content, first at this byte of the disk.
        case content(offset: Int64)
    }

    /// The image.
    package let file: FilePath
    /// In what it differs.
    package let kind: Kind

    package var description: String {
        switch kind {
        case .size(let found, let expected):
            "\(file) holds a disk of \(found) bytes, and was made from one of \(expected); it must not be used"
        case .content(let offset):
            "\(file) does not hold the disk that it was made from: the first difference is at byte \(offset); it must not be used"
        }
    }
}
