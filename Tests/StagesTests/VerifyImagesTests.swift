import DiskImages
import HostSystem
import Machines
import Pipeline
import SystemPackage
import Testing

@testable import Stages

struct VerifyImagesTests {
    /// Images in a folder of their own, with the disk that they were made from.
    private func withImages(_ formats: String, _ body: (TestProject, StageWork) async throws -> Void) async throws {
        try await TestProject.with { project in
            let disk = project.root.appending("layer.qcow2")
            try await BuildDisk.createOverlay(disk, of: try await project.disk())
            let work = try project.work(disk: disk)
            try await ConvertImage(template: try project.template("formats: \(formats)")).run(work)
            try await body(project, try project.work(disk: disk, images: work.folder))
        }
    }

    @Test func saysWhatDecodedEachImage() async throws {
        try await withImages("{ qcow2: { compression: zlib }, vmdk: , vhd: , ova: , raw: }") { _, work in
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
        try await withImages("[qcow2, \(format)]") { _, work in
            let path = try #require(work.images).appending("image.\(format)")
            try damage(path, at: 1 << 20 + 12345)
            let error = await #expect(throws: VerificationError.self) {
                try await VerifyImages().run(work)
            }
            #expect(error?.file == path)
            #expect(error?.kind == .content(offset: 1 << 20 + 12345))
        }
    }

    @Test func refusesAnImageThatCannotBeDecoded() async throws {
        try await withImages("[qcow2]") { _, work in
            let path = try #require(work.images).appending("image.qcow2")
            let size = try path.fileSize().bytes
            for offset in stride(from: Int64(64 << 10), to: size, by: 64) { try damage(path, at: offset) }
            let error = await #expect(throws: (any Error).self) {
                try await VerifyImages().run(work)
            }
            #expect(error.map { "\($0)".contains(path.string) } == true, "\(String(describing: error))")
        }
    }

    @Test func refusesAnImageThatIsMissing() async throws {
        try await withImages("[raw]") { _, work in
            try #require(work.images).appending("image.raw").remove()
            await #expect(throws: (any Error).self) {
                try await VerifyImages().run(work)
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
