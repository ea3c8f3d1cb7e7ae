internal import ArgumentParser
internal import DiskImages
internal import SystemPackage

/// `imagefactory inspect`: what an image file is.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what an image file is: format, layout, sizes, how much is allocated, compression.")

    @Argument(help: "A qcow2, vmdk, vhd, ova or raw image, or a block device.")
    var image: String

    @Option(help: "The image's format; recognised from its content if it is not given.")
    var from: ImageFormat?

    @Option(help: "Where an overlay's backing files may lie: none, folder or anywhere.")
    var backing: BackingPolicy = .folder

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let path = FilePath(image)
        let summary = try ImageSummary(of: try DiskImage.open(path, as: from, backing: backing), at: path)
        guard global.format == .json else { return Talk.result("\(summary)") }
        try Talk.result(json: summary)
    }
}
