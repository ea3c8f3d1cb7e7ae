import DiskImages
import HostSystem
import Machines
import Pipeline
import SystemPackage
import Testing

@testable import Stages

struct VerifyImagesTests {
    /// Images in a folder of their own, with the disk that they were made from.
    private func withImages(_ formats: String, _ body: (TestProject, FilePath) async throws -> Void) async throws {
        try await TestProject.with { project in
            let work = try project.work()
            let disk = work.folder.appending(ConvertImage.disk)
            try await BuildDisk.createOverlay(disk, of: try await project.disk())
            let stage = ConvertImage(template: try project.template("formats: \(formats)")) { .tcg }
            try await stage.write(try LayerReader.open(disk), work)
            try await body(project, work.folder)
        }
    }

    @Test func saysWhatDecodedEachImage() async throws {
        try await withImages("{ qcow2: { compression: zlib }, vmdk: , vhd: , ova: , raw: }") { project, images in
            let work = try project.work(images: images)
            try await VerifyImages().run(work)
            let report = try work.folder.appending("verify-report.json").readText()
            #expect(report.contains(#""decodedBy" : "libqcow"#))
            for format in ["qcow2", "vmdk", "vhd", "ova", "raw"] {
                #expect(report.contains("\"format\" : \"\(format)\""))
            }
        }
    }

    @Test(arguments: ["raw", "vhd"])
    func refusesADamagedImageWithItsNameAndThePlace(format: String) async throws {
        try await withImages("[qcow2, \(format)]") { project, images in
            let path = images.appending("image.\(format)")
            try damage(path, at: 1 << 20 + 12345)
            let error = await #expect(throws: VerificationError.self) {
                try await VerifyImages().run(try project.work(images: images))
            }
            #expect(error?.file == path)
            #expect(error?.kind == .content(offset: 1 << 20 + 12345))
        }
    }

    @Test func refusesAnImageThatCannotBeDecoded() async throws {
        try await withImages("[qcow2]") { project, images in
            let path = images.appending("image.qcow2")
            let size = try path.fileSize().bytes
            for offset in stride(from: Int64(64 << 10), to: size, by: 64) { try damage(path, at: offset) }
            let error = await #expect(throws: (any Error).self) {
                try await VerifyImages().run(try project.work(images: images))
            }
            #expect(error.map { "\($0)".contains(path.string) } == true, "\(String(describing: error))")
        }
    }

    @Test func refusesAnImageThatIsMissing() async throws {
        try await withImages("[raw]") { project, images in
            try images.appending("image.raw").remove()
            await #expect(throws: (any Error).self) {
                try await VerifyImages().run(try project.work(images: images))
            }
        }
    }

    /// Changes a byte.
    private func damage(_ path: FilePath, at offset: Int64) throws {
        let file = try FileDescriptor.open(path, .readWrite)
        try file.closeAfter {
            var byte: UInt8 = 0
            _ = try withUnsafeMutableBytes(of: &byte) { try file.read(fromAbsoluteOffset: offset, into: $0) }
            byte = ~byte
            _ = try withUnsafeBytes(of: &byte) { try file.write(toAbsoluteOffset: offset, $0) }
        }
    }
}
