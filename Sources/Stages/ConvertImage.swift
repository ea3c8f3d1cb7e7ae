internal import Foundation
internal import HostSystem
package import Pipeline
internal import SystemPackage

/// Writes the sealed disk, flattened and compressed, as the files that are published.
package struct ConvertImage: Stage {
    package static let name = "convert-image"
    package static let summary = "write the sealed disk as image files, with their digests"
    package static let revision = 1
    package static let product = StageProduct.images

    private static let deadline: Duration = .seconds(4 * 3600)

    let formats: [Template.Format]

    /// The conversion of a template's image into `formats`.
    package init(formats: [Template.Format]) {
        self.formats = formats
    }

    package func ingredients() async throws -> Ingredients? {
        struct Options: Encodable {
            let format: String
            let compression: String
        }
        let version = try await Program.run("qemu-img", ["--version"], deadline: .seconds(10)).text
        return try Ingredients(
            options: formats.map { Options(format: $0.name, compression: $0.compression.rawValue) },
            tools: ["qemu-img": version.split(separator: "\n").first.map(String.init) ?? version])
    }

    package func run(_ work: StageWork) async throws {
        guard let disk = work.disk else { return }
        var images: [ImageFile] = []
        for format in formats {
            let path = work.folder.appending("image.\(format.name)")
            work.report(format.name)
            try await Program.run(
                "qemu-img", arguments(format) + [disk.string, path.string], deadline: Self.deadline,
                log: work.run.log(of: Self.name))
            images.append(
                ImageFile(
                    format: format.name, file: "image.\(format.name)", size: try path.fileSize().bytes,
                    sha256: try await Digest.of(file: path), virtualSize: try await Self.virtualSize(of: path)))
        }
        try ImageFile.save(images, in: work.folder)
    }

    /// No `-W`: with it, clusters are written in the order in which threads finish, and equal disks give unequal files.
    private func arguments(_ format: Template.Format) -> [String] {
        var arguments = ["convert", "-f", "qcow2", "-O", format.name]
        if format.compression != .none {
            arguments += ["-c", "-o", "compression_type=\(format.compression.rawValue)"]
        }
        return arguments
    }

    private static func virtualSize(of image: FilePath) async throws -> Int64 {
        struct Info: Decodable {
            let virtualSize: Int64
            enum CodingKeys: String, CodingKey { case virtualSize = "virtual-size" }
        }
        let output = try await Program.run(
            "qemu-img", ["info", "--output=json", image.string], deadline: .seconds(30))
        return try JSONDecoder().decode(Info.self, from: Data(output.standardOutput)).virtualSize
    }
}
