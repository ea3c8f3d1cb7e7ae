internal import Attestation
internal import DiskImages
internal import Foundation
internal import HostSystem
package import Pipeline
internal import SystemPackage

/// Decodes every image and compares it, byte by byte, with the disk that it was made from.
package struct VerifyImages: Stage {
    package static let name = "verify-images"
    package static let summary = "decode every image and compare it with the disk"
    package static let revision = 2
    package static let product = StageProduct.report

    private static let fileName: FilePath.Component = "verify-report.json"

    /// The verification of whatever images there are.
    package init() {}

    package func ingredients() async throws -> Ingredients? {
        Ingredients()
    }

    package func run(_ work: StageWork) async throws {
        guard let folder = work.images, let layer = work.disk else { return }
        let images = try ImageList.load(from: folder)
        let disk = try LayerReader.open(layer)
        work.report("decoding " + images.map(\.format.rawValue).joined(separator: ", "))
        let decoders = try await ImageVerification(against: disk).verify(
            images.map { .init(folder.appending($0.file), $0.format) })
        let verdicts = zip(images, decoders).map(Verdict.init)
        for verdict in verdicts { work.report("\(verdict.format.rawValue) decoded by \(verdict.decodedBy)") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try work.folder.appending(Self.fileName).write(try encoder.encode(verdicts))
    }

    /// An image that holds the disk.
    private struct Verdict: Encodable {
        let format: ImageFormat
        let sha256: Digest
        let decodedBy: String

        init(_ image: ImageFile, _ decoder: String) {
            format = image.format
            sha256 = image.sha256
            decodedBy = decoder
        }
    }
}
