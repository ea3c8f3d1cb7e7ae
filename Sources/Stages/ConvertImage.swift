internal import Attestation
internal import DiskImages
internal import Foundation
package import HostSystem
package import Pipeline
package import SystemPackage

/// Writes the sealed disk as the files that are published, all formats in one pass, with their digests.
///
/// What the disk does not use is left out if ``ReclaimSpace`` comes before.
package struct ConvertImage: Stage {
    package static let name = "convert-image"
    package static let summary = "write the disk as image files in one pass, with their digests"
    package static let revision = 3
    package static let product = StageProduct.images

    let template: Template

    /// The conversion of a template's image into its formats.
    package init(template: Template) {
        self.template = template
    }

    package func ingredients() async throws -> Ingredients? {
        try Ingredients(options: template.imageOutputs().map(\.recipe), tools: Self.tools)
    }

    /// The versions of what shapes the images' bytes.
    static var tools: [String: String] {
        CompressionLibraries.versions.merging(["converter": "\(Conversion.revision)"]) { $1 }
    }

    package func run(_ work: StageWork) async throws {
        guard let disk = work.disk else { return }
        try await write(try LayerReader.open(disk), work)
    }

    package func digests(in folder: FilePath) throws -> [String: Digest] {
        Dictionary(uniqueKeysWithValues: try ImageList.load(from: folder).map { ($0.file, $0.sha256) })
    }

    /// Writes the images of `disk`, and the list of them.
    func write(_ disk: any DiskReader, _ work: StageWork) async throws {
        let outputs = try template.imageOutputs()
        for warning in outputs.flatMap({ $0.warnings(size: disk.size) }) { work.report("warning: \(warning)") }
        work.report("writing " + outputs.map(\.format.rawValue).joined(separator: ", "))
        let pace = ConversionPace(report: work.report)
        let images = try await Conversion(of: disk, to: outputs, name: "image").run(into: work.folder) { pace.note($0) }
        try ImageList.save(images.map(ImageFile.init), in: work.folder)
    }
}

extension ImageOutput {
    /// What shapes the file, in words that stay the same.
    fileprivate var recipe: [String] {
        switch self {
        case .qcow2(let encoding): ["qcow2", encoding.recipe]
        case .vmdk(let encoding): ["vmdk", encoding.recipe]
        case .vhd(let layout): ["vhd", layout.rawValue]
        case .ova(let machine, let encoding):
            [
                "ova", encoding.recipe, machine.name, "\(machine.cpus)", "\(machine.memoryMiB)",
                machine.firmware.rawValue, machine.system.name, machine.annotation ?? "",
            ]
        case .raw: ["raw"]
        }
    }
}

extension UnitEncoding {
    fileprivate var recipe: String {
        switch self {
        case .plain: "plain"
        case .zstd(let level): "zstd \(level)"
        case .deflate(let level): "deflate \(level)"
        case .zlib(let level): "zlib \(level)"
        }
    }
}

extension ImageFile {
    /// A file that the converter wrote.
    fileprivate init(_ image: ConvertedImage) {
        self.init(
            format: image.format, file: image.file.lastComponent?.string ?? "", size: image.size,
            sha256: image.digest, virtualSize: image.virtualSize)
    }
}
