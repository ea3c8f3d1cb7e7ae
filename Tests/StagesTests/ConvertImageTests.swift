import HostSystem
import Pipeline
import SystemPackage
import Testing

@testable import Stages

struct ConvertImageTests {
    private static let formats = [
        Template.Format(name: "qcow2"), Template.Format(name: "qcow2", compression: .none),
        Template.Format(name: "qcow2", compression: .zstd),
    ]

    @Test(arguments: formats)
    func givesTheSameBytesTwiceAndReadsBackEqual(format: Template.Format) async throws {
        try await TestProject.with { project in
            let base = try await project.disk("base.qcow2")
            let disk = project.root.appending("disk.qcow2")
            try await Program.run(
                "qemu-img", ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", base.string, disk.string],
                deadline: .seconds(120))
            try await Program.run(
                "qemu-io", ["-f", "qcow2", "-c", "write -P 3 2M 1M", disk.string], deadline: .seconds(120))
            var images: [ImageFile] = []
            for _ in 0..<2 {
                let work = try project.work(disk: disk)
                try await ConvertImage(formats: [format]).run(work)
                images += try ImageFile.load(from: work.folder)
                let image = work.folder.appending("image.qcow2")
                let output = try await Program.run(
                    "qemu-img", ["compare", "-f", "qcow2", "-F", "qcow2", disk.string, image.string],
                    deadline: .seconds(120))
                #expect(output.text == "Images are identical.")
                let info = try await Program.run("qemu-img", ["info", image.string], deadline: .seconds(120)).text
                #expect(!info.contains("backing file"))
                #expect(images.last?.size == (try image.fileSize().bytes))
                #expect(images.last?.sha256 == (try await Digest.of(file: image)))
            }
            #expect(images.count == 2)
            #expect(images.first == images.last)
            #expect(images.first?.virtualSize == 64 << 20)
            #expect(images.first?.format == "qcow2")
        }
    }

    @Test func keyFollowsTheFormatsAndTheTool() async throws {
        var keys: Set<StageKey> = []
        for format in Self.formats + [Template.Format(name: "qcow2")] {
            let ingredients = try #require(try await ConvertImage(formats: [format]).ingredients())
            #expect(ingredients.tools["qemu-img"]?.hasPrefix("qemu-img version") == true)
            keys.insert(
                try StageKey(previous: nil, name: "convert-image", revision: 1, ingredients: ingredients))
        }
        #expect(keys.count == 3)
    }

    @Test func failsOnADiskThatIsNone() async throws {
        try await TestProject.with { project in
            let work = try project.work(disk: try project.write("no disk", to: "disk.qcow2"))
            await #expect(throws: ProgramError.self) {
                try await ConvertImage(formats: [Template.Format(name: "qcow2")]).run(work)
            }
            #expect(!work.folder.appending("images.json").exists)
        }
    }
}
