import Attestation
import DiskImages
import HostSystem
import Machines
import Pipeline
import SystemPackage
import Testing

@testable import Stages

struct ConvertImageTests {
    private static let formats = [
        "[qcow2, vmdk, vhd, ova, raw]", "{ qcow2: { compression: none }, vhd: { layout: dynamic } }",
        "{ qcow2: { compression: zlib, level: 9 }, vmdk: { level: 1 } }",
    ]

    @Test(arguments: formats)
    func givesTheSameBytesTwiceAndReadsBackEqual(formats: String) async throws {
        try await TestProject.with { project in
            let disk = project.root.appending("disk.qcow2")
            try await BuildDisk.createOverlay(disk, of: try await project.disk("base.qcow2"))
            try await Program.run(
                "qemu-io", ["-f", "qcow2", "-c", "write -P 3 2M 1M", disk.string], deadline: .seconds(120))
            let stage = ConvertImage(template: try project.template("formats: \(formats)"))
            var lists: [[ImageFile]] = []
            for _ in 0..<2 {
                let work = try project.work(disk: disk)
                try await stage.write(try LayerReader.open(disk), work)
                lists.append(try ImageList.load(from: work.folder))
                let digests = lists.last?.map { ($0.file, $0.sha256) } ?? []
                #expect(try stage.digests(in: work.folder) == Dictionary(uniqueKeysWithValues: digests))
                for image in lists.last ?? [] {
                    let path = work.folder.appending(image.file)
                    #expect(image.file == "image.\(image.format.rawValue)")
                    #expect(image.size == (try path.fileSize().bytes))
                    #expect(image.sha256 == (try await Digest.of(file: path)))
                    #expect(image.virtualSize == 64 << 20)
                    guard let driver = Self.drivers[image.format] else { continue }
                    let output = try await Program.run(
                        "qemu-img", ["compare", "-f", "qcow2", "-F", driver, disk.string, path.string],
                        deadline: .seconds(120))
                    #expect(output.text == "Images are identical.")
                }
            }
            #expect(lists[0] == lists[1])
            #expect(lists[0].map(\.format.rawValue) == stage.template.formats.map(\.name.rawValue))
        }
    }

    /// What QEMU calls the formats that it reads.
    private static let drivers: [ImageFormat: String] = [.qcow2: "qcow2", .vmdk: "vmdk", .vhd: "vpc", .raw: "raw"]

    @Test func keyFollowsWhatShapesTheFiles() async throws {
        try await TestProject.with { project in
            var keys: [StageKey] = []
            for sections in [
                "", "formats: [qcow2]", "formats: { qcow2: { compression: zstd, level: 4 } }", "formats: [raw]",
                "formats: { qcow2: { level: 5 } }", "formats: { qcow2: { compression: zlib } }",
                "formats: { vhd: { layout: dynamic } }", "formats: [vhd]", "formats: [ova]", "formats: [vmdk]",
            ] {
                let stage = ConvertImage(template: try project.template(sections))
                let ingredients = try #require(try await stage.ingredients())
                #expect(ingredients.tools["libzstd"] != nil)
                keys.append(try StageKey(previous: nil, name: "convert-image", revision: 1, ingredients: ingredients))
            }
            // The first three say the same in other words.
            #expect(Set(keys.prefix(3)).count == 1)
            #expect(Set(keys).count == keys.count - 2)
        }
    }

    @Test func failsOnADiskThatIsNone() async throws {
        try await TestProject.with { project in
            let work = try project.work(disk: try project.write("no disk", to: "disk.qcow2"))
            await #expect(throws: ImageError.self) {
                try await ConvertImage(template: try project.template()).run(work)
            }
            #expect(work.folder.folderEntries.isEmpty)
        }
    }

    @Test func refusesALayerThatStandsOnAFileOutsideTheStore() async throws {
        try await TestProject.with { project in
            for name in ["store/one", "store/two", "elsewhere"] {
                try project.root.pushing(FilePath(name)).createFolder()
            }
            let base = try await project.disk("store/one/disk.qcow2")
            let layer = project.root.pushing("store/two/disk.qcow2")
            try await BuildDisk.createOverlay(layer, of: base)
            #expect(try LayerReader.open(layer).size == 64 << 20)
            let secret = try await project.disk("elsewhere/disk.qcow2")
            try await BuildDisk.createOverlay(layer, of: secret)
            let error = #expect(throws: ImageError.self) { try LayerReader.open(layer) }
            #expect(error?.kind == .forbidden)
        }
    }
}
