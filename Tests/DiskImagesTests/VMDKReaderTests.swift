import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import DiskImages

struct VMDKReaderTests {
    @Test(arguments: ["streamOptimized", "monolithicSparse"], VMDKSample.all)
    func readsWhatQemuImgWrote(subformat: String, sample: VMDKSample) async throws {
        try await withVMDKSample(sample) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            try await vmdkQemuImg(
                "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=\(subformat)", raw.string, vmdk.string)
            let reader = try VMDKReader(vmdk)
            #expect(reader.size == sample.size)
            #expect(try reader.vmdkContent() == VMDKRawDisk(raw).vmdkContent())
            #expect(reader.facts.layout.hasPrefix(subformat + ", version "))
            #expect(reader.facts.layout.hasSuffix("grain directory in front"))
            #expect(reader.facts.compression == (subformat == "streamOptimized" ? "zlib" : nil))
        }
    }

    @Test func readsAnyStretch() async throws {
        let sample = VMDKSample(
            "", size: 3 << 20, [(1000, VMDKSample.text(200_000)), (2 << 20, VMDKSample.noise(70_000))])
        try await withVMDKSample(sample) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            try await vmdkQemuImg(
                "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", raw.string, vmdk.string)
            let reader = try VMDKReader(vmdk)
            let expected = try raw.readBytes()
            var random = SeededRandom(seed: 1)
            for _ in 0..<50 {
                let start = Int.random(in: 0..<expected.count, using: &random)
                let count = Int.random(in: 1...min(200_000, expected.count - start), using: &random)
                var bytes = [UInt8](repeating: 0xAA, count: count)
                try bytes.withUnsafeMutableBytes { try reader.read(into: $0, at: Int64(start)) }
                #expect(bytes.elementsEqual(expected[start..<start + count]))
            }
        }
    }

    @Test func isReadBySeveralThreadsAtOnce() async throws {
        let sample = VMDKSample("", size: 3 << 20, [(0, VMDKSample.noise(3 << 20))])
        try await withVMDKSample(sample) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            try await vmdkQemuImg(
                "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized", raw.string, vmdk.string)
            let reader = try VMDKReader(vmdk)
            let expected = try raw.readBytes()
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for thread in 0..<4 {
                    group.addTask {
                        let start = thread * 100_000
                        var bytes = [UInt8](repeating: 0, count: expected.count - start)
                        try bytes.withUnsafeMutableBytes { try reader.read(into: $0, at: Int64(start)) }
                        return bytes.elementsEqual(expected[start...])
                    }
                }
                for try await isEqual in group { #expect(isEqual) }
            }
        }
    }

    @Test func takesZeroedGrainsForZeros() async throws {
        try await withVMDKSample(VMDKSample("", size: 1 << 20, [(0, VMDKSample.text(1 << 20))])) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            try await vmdkQemuImg(
                "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=monolithicSparse,zeroed_grain=on", raw.string,
                vmdk.string)
            for file in [(vmdk, "vmdk"), (raw, "raw")] {
                try await Program.run(
                    "qemu-io", ["-f", file.1, "-c", "write -z 128k 256k", file.0.string], deadline: .seconds(20))
            }
            let reader = try VMDKReader(vmdk)
            #expect(try reader.extent(at: 128 << 10) == Extent(.zeros, length: 256 << 10))
            #expect(try reader.extent(at: 0) == Extent(.data, length: 128 << 10))
            #expect(try reader.vmdkContent() == VMDKRawDisk(raw).vmdkContent())
        }
    }

    @Test func readsGrainsOfAnotherSize() async throws {
        let text = VMDKSample.text(4096)
        let image = VMDKImage(grainSectors: 8, capacity: 24, grains: [0: text, 2: Array(text.reversed())])
        try await withScratchFolder(in: "/tmp", prefix: "vmdk") { folder in
            let path = folder.appending("disk.vmdk")
            try path.write(image.bytes)
            let reader = try VMDKReader(path)
            var bytes = [UInt8](repeating: 1, count: 24 * 512)
            try bytes.withUnsafeMutableBytes { try reader.read(into: $0, at: 0) }
            #expect(bytes == text + [UInt8](repeating: 0, count: 4096) + text.reversed())
            #expect(reader.facts.clusterSize == 4096)
        }
    }

    @Test(arguments: [
        "monolithicFlat", "twoGbMaxExtentFlat", "twoGbMaxExtentSparse",
    ])
    func refusesADiskInSeveralFiles(subformat: String) async throws {
        try await withVMDKSample(VMDKSample("", size: 1 << 20, [(0, [1])])) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            try await vmdkQemuImg("convert", "-O", "vmdk", "-o", "subformat=\(subformat)", raw.string, vmdk.string)
            let error = #expect(throws: ImageError.self) { _ = try VMDKReader(vmdk) }
            #expect(error?.kind == .unsupported)
            #expect(error?.reason.contains("a descriptor alone") == true)
        }
    }

    @Test func refusesAnOverlay() async throws {
        try await withVMDKSample(VMDKSample("", size: 1 << 20, [(0, [1])])) { folder, raw in
            let base = folder.appending("base.vmdk")
            let overlay = folder.appending("overlay.vmdk")
            try await vmdkQemuImg("convert", "-O", "vmdk", raw.string, base.string)
            try await vmdkQemuImg(
                "create", "-q", "-f", "vmdk", "-F", "vmdk", "-b", base.string, overlay.string)
            let error = #expect(throws: ImageError.self) { _ = try VMDKReader(overlay) }
            #expect(error?.kind == .unsupported)
            #expect(error?.reason.contains("base.vmdk") == true)
        }
    }
}
