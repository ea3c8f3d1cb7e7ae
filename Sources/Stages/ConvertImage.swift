internal import Attestation
internal import DiskImages
internal import Foundation
package import HostSystem
package import Machines
package import Pipeline
package import SystemPackage

/// Writes the sealed disk as the files that are published, all formats in one pass, with their digests.
///
/// What the disk does not use is left out; see ``ReclaimSpace``.
package struct ConvertImage: Stage {
    package static let name = "convert-image"
    package static let summary = "look at the sealed disk offline, and write it as image files with their digests"
    package static let revision = 2
    package static let product = StageProduct.images

    /// The disk that the images hold, in their folder: an overlay over the sealed disk in which what is free is zeros.
    static let disk: FilePath.Component = "disk.qcow2"

    let template: Template
    private let accelerator: @Sendable () async throws -> Accelerator

    /// The conversion of a template's image into its formats; libguestfs's small machine runs by `accelerator`.
    package init(template: Template, accelerator: @escaping @Sendable () async throws -> Accelerator) {
        self.template = template
        self.accelerator = accelerator
    }

    package func ingredients() async throws -> Ingredients? {
        try Ingredients(options: template.imageOutputs().map(\.recipe), tools: try await Self.tools())
    }

    /// The versions of what shapes the images' bytes.
    static func tools() async throws -> [String: String] {
        let guestfish = try await Program.run("guestfish", ["--version"], deadline: .seconds(60)).text
        return CompressionLibraries.versions.merging(
            ["guestfish": guestfish, "converter": "\(Conversion.revision)"]) { $1 }
    }

    package func run(_ work: StageWork) async throws {
        guard let sealed = work.disk else { return }
        try await write(try await reclaim(sealed, work), work)
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

    /// Makes the overlay from which the images are written, and reports what was found on the disk.
    private func reclaim(_ sealed: FilePath, _ work: StageWork) async throws -> any DiskReader {
        let before = try LayerReader.open(sealed)
        work.report("checking the disk's file systems")
        let overlay = work.folder.appending(Self.disk)
        var report = try await ReclaimSpace(accelerator: try await accelerator()).run(
            on: sealed, size: before.size, overlay: overlay, log: work.run.log(of: Self.name))
        let disk = try LayerReader.open(overlay)
        report.reclaimed = try before.dataSize() - disk.dataSize()
        try report.save(in: work.folder)
        for remark in report.remarks { work.report(remark) }
        return disk
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
