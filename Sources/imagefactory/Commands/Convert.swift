internal import ArgumentParser
internal import DiskImages
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// `imagefactory convert`: a disk in every format at once.
struct Convert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a disk as image files of several formats at once, with their digests.",
        discussion: """
            The disk is read once. Standard output is a list of digests that 'sha256sum --check' takes. The same content \
            gives the same bytes, whatever image it is read from. An image's backing files are followed inside its own \
            folder alone, unless --backing says otherwise.

            Options of a format follow its name: qcow2:compression=zstd|zlib|none:level=N, vmdk:level=N, \
            vhd:layout=fixed|dynamic, ova:cpus=N:memory=SIZE:firmware=efi|bios:system=debian:level=N, \
            raw:device=/dev/DEVICE.
            """)

    @Argument(help: "The disk: a qcow2, vmdk, vhd, ova or raw image, or a block device.")
    var disk: String

    @Option(help: "The formats, parted by commas: qcow2,vmdk,vhd,ova,raw; each may have options.")
    var to: String

    @Option(help: "The folder of the image files.")
    var output: String

    @Option(help: "The name of the files, without their extension; the disk's own if it is not given.")
    var name: String?

    @Option(help: "The disk's format; recognised from its content if it is not given.")
    var from: ImageFormat?

    @Option(help: "Where an overlay's backing files may lie: none, folder or anywhere.")
    var backing: BackingPolicy = .folder

    @Flag(help: "Decode every image and compare it with the disk before it gets its name.")
    var verify = false

    @Option(help: "How many threads read and compress; one for each processor if it is not given.")
    var threads: Int?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads \(threads) is not a number from 1 to 1024.")
        }
        if let name, name.isEmpty || name.contains("/") || name.hasPrefix(".") {
            throw ValidationError("--name '\(name)' is no plain name of a file.")
        }
    }

    func run() async throws {
        let path = FilePath(disk)
        let folder = FilePath(output)
        let name = name ?? path.stem ?? "disk"
        let source = try DiskImage.open(path, as: from, backing: backing)
        let outputs = try ImageOutputOption.outputs(to, name: name)
        try refuseToReplace(path, by: outputs.map { folder.appending("\(name).\($0.format.rawValue)") })
        for warning in outputs.flatMap({ $0.warnings(size: source.size) }) { Talk.say("warning: \(warning)") }
        let conversion = try Conversion(
            of: source, to: outputs, name: name, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
            verifies: verify)
        try folder.createFolder()
        let images = try await convert(conversion, into: folder)
        guard global.format == .json else {
            for image in images { Talk.result("\(image.digest.hex)  \(image.file.lastComponent?.string ?? "")") }
            return
        }
        try Talk.result(json: images.map(Result.init))
    }

    /// No image takes the place of the disk that it is made from.
    private func refuseToReplace(_ disk: FilePath, by images: [FilePath]) throws {
        let identity = try SourceFile(disk).identity
        for image in images where (try? SourceFile(image))?.identity == identity {
            throw UsageError(description: "\(image) is the disk itself; choose another --name or --output")
        }
    }

    private func convert(_ conversion: Conversion, into folder: FilePath) async throws -> [ConvertedImage] {
        let meter = ConversionMeter()
        defer { meter.end() }
        return try await conversion.run(into: folder) { meter.show($0) }
    }

    /// An image file, as JSON.
    private struct Result: Encodable {
        let format: ImageFormat
        let file: String
        let size: Int64
        let sha256: Digest
        let virtualSize: Int64
        let decodedBy: String?

        init(_ image: ConvertedImage) {
            format = image.format
            file = image.file.string
            size = image.size
            sha256 = image.digest
            virtualSize = image.virtualSize
            decodedBy = image.decoder
        }

        private enum CodingKeys: String, CodingKey {
            case format, file, size, sha256
            case virtualSize = "virtual-size"
            case decodedBy = "decoded-by"
        }
    }
}

extension ImageFormat: ExpressibleByArgument {}
extension BackingPolicy: ExpressibleByArgument {}
