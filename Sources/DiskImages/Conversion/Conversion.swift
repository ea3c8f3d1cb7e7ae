internal import Foundation
internal import HostSystem
package import SystemPackage

/// Writes a disk as several image files at once: it is read once, compressed once for each method on all cores, written and
/// hashed on the way. Only the digest of the raw bytes takes the data a second time, from the page cache.
///
/// The files have a name of their own until all are complete; then they are renamed, so that nobody finds a part of an
/// image. The same content gives the same bytes, whatever it was read from and however many threads did it.
package struct Conversion: Sendable {
    /// Raised when the same disk and options give other bytes.
    package static let revision = 1

    private let source: any DiskReader
    private let outputs: [ImageOutput]
    private let name: String
    private let threads: Int
    private let verifies: Bool

    /// A conversion of `source` into files named `name` and the format's extension.
    ///
    /// - Parameters:
    ///   - threads: How many read and compress.
    ///   - verifies: Whether every image is decoded and compared with the source before it gets its name.
    /// - Throws: ``ConversionError`` when two outputs would be one file.
    package init(
        of source: any DiskReader, to outputs: [ImageOutput], name: String,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount, verifies: Bool = false
    ) throws {
        let formats = outputs.map(\.format)
        if let twice = formats.first(where: { format in formats.count { $0 == format } > 1 }) {
            throw ConversionError.formatTwice(twice)
        }
        self.source = source
        self.outputs = outputs
        self.name = name
        self.threads = max(1, threads)
        self.verifies = verifies
    }

    /// Writes the files into `folder`, which is there.
    ///
    /// - Parameter onProgress: Is told how far the slowest file or digest has come, ten times a second.
    /// - Throws: ``ImageError`` when the source is broken, ``OutputError`` when a file cannot be written,
    ///   ``VerificationError``, `CancellationError`. No file of it is left then; what was on a device is lost.
    package func run(
        into folder: FilePath, onProgress: @escaping @Sendable (ConversionProgress) -> Void = { _ in }
    ) async throws -> [ConvertedImage] {
        try await offloaded { isCancelled in
            let targets = try outputs.map { try ConversionTarget($0, folder, name, size: source.size) }
            let digests = try pass(to: targets, isCancelled) {
                let done = Int64($0 * Double(source.size))
                onProgress(ConversionProgress(stage: .converting, done: done, total: source.size))
            }
            var decoders: [String?] = targets.map { _ in nil }
            if verifies {
                let candidates = zip(outputs, targets).map { ImageVerification.Candidate($1.file.path, $0.format) }
                decoders = try ImageVerification(against: source, threads: threads).verify(candidates, isCancelled) {
                    onProgress(ConversionProgress(stage: .verifying, done: $0, total: source.size))
                }
            }
            return try outputs.indices.map { index in
                ConvertedImage(
                    format: outputs[index].format, file: try targets[index].publish(), size: try targets[index].size(),
                    digest: digests[index], virtualSize: source.size, decoder: decoders[index])
            }
        }
    }

    /// Reads the source and writes all files.
    ///
    /// - Returns: The files' digests.
    private func pass(
        to targets: [ConversionTarget], _ isCancelled: () -> Bool, onProgress: (Double) -> Void
    ) throws -> [Digest] {
        let fileLanes = try zip(outputs, targets).map { output, target in
            FileLane(
                try output.makeWriter(to: target.file, size: source.size, name: name), file: target.file,
                rawBytes: output.beginsWithRawBytes ? source.size : 0)
        }
        let rawDigest = outputs.contains(where: \.beginsWithRawBytes) ? RawDigest(of: source) : nil
        let lanes: [any Lane] = fileLanes + [IdentityLane(size: source.size)]
        try PassThreads(
            flow: ChunkFlow(lanes: lanes.map(\.encoding)), source: source, lanes: lanes, rawDigest: rawDigest,
            workers: threads
        ).run(isCancelled: isCancelled, onProgress: onProgress)
        return try fileLanes.map { try $0.digest(after: rawDigest?.hasher) }
    }
}
