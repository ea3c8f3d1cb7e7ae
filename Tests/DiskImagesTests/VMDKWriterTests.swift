import HostSystem
import SystemPackage
import Testing

@testable import DiskImages

struct VMDKWriterTests {
    @Test(arguments: VMDKSample.all)
    func writesWhatQemuImgReadsIdentically(sample: VMDKSample) async throws {
        try await withVMDKSample(sample) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            try write(raw, to: vmdk)
            try await vmdkQemuImg("compare", "-f", "vmdk", "-F", "raw", vmdk.string, raw.string)
            let reader = try VMDKReader(vmdk)
            #expect(reader.size == sample.size)
            #expect(try reader.vmdkContent() == VMDKRawDisk(raw).vmdkContent())
            #expect(reader.facts.layout == "streamOptimized, version 3, grain directory at the end")

            let again = folder.appending("again.vmdk")
            try write(VMDKReader(vmdk), to: again)
            #expect(try again.readBytes() == vmdk.readBytes())
        }
    }

    @Test func isNoLargerThanWhatQemuImgWrites() async throws {
        let pieces = [(Int64(0), VMDKSample.text(3 << 20)), (Int64(100 << 20), VMDKSample.text(1 << 20))]
        try await withVMDKSample(VMDKSample("", size: 128 << 20, pieces)) { folder, raw in
            let ours = folder.appending("ours.vmdk")
            let theirs = folder.appending("theirs.vmdk")
            try write(raw, to: ours)
            try await vmdkQemuImg(
                "convert", "-O", "vmdk", "-o", "subformat=streamOptimized", raw.string, theirs.string)
            #expect(try ours.fileSize() <= theirs.fileSize())
        }
    }

    @Test func laysOutTheFileAsTheSpecificationHasIt() async throws {
        let sample = VMDKSample("", size: 40 << 20, [(0, [1]), (33 << 20, [2])])
        try await withVMDKSample(sample) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            try write(raw, to: vmdk)
            let bytes = try vmdk.readBytes()
            #expect(bytes.starts(with: Array("KDMV".utf8)))
            #expect(bytes.little(UInt32.self, at: 4) == 3)
            #expect(bytes.little(UInt32.self, at: 8) == 0x30001)
            #expect(bytes.little(UInt64.self, at: 12) == 40 << 11)
            #expect(bytes.little(UInt64.self, at: 20) == 128)
            #expect(bytes.little(UInt64.self, at: 28) == 1)
            #expect(bytes.little(UInt64.self, at: 36) == 20)
            #expect(bytes.little(UInt32.self, at: 44) == 512)
            #expect(bytes.little(UInt64.self, at: 48) == 0)
            #expect(bytes.little(UInt64.self, at: 56) == .max)
            #expect(bytes.little(UInt64.self, at: 64) == 128)
            #expect(Array(bytes[72..<79]) == [0, 10, 32, 13, 10, 1, 0])

            let grain = 128 * 512
            #expect(bytes.little(UInt64.self, at: grain) == 0)
            let table = (grain + 12 + Int(bytes.little(UInt32.self, at: grain + 8))).roundedUp(to: 512)
            #expect(marker(bytes, at: table) == [4, 0, 1])
            #expect(bytes.little(UInt32.self, at: table + 512) == 128)

            let end = bytes.count
            #expect(end % 512 == 0)
            #expect(bytes[(end - 512)...].allSatisfy { $0 == 0 })
            #expect(marker(bytes, at: end - 1536) == [1, 0, 3])
            let directory = Int(bytes.little(UInt64.self, at: end - 1024 + 56)) * 512
            #expect(marker(bytes, at: directory - 512) == [1, 0, 2])
            #expect(bytes.little(UInt32.self, at: directory) == UInt32(table / 512 + 1))
            let second = Int(bytes.little(UInt32.self, at: directory + 4)) * 512
            let entry = Int(bytes.little(UInt32.self, at: second + 16 * 4)) * 512
            #expect(bytes.little(UInt64.self, at: entry) == 33 << 11)
        }
    }

    @Test func describesItselfForVMware() async throws {
        try await withVMDKSample(VMDKSample("", size: 3 << 30, [(0, [1])])) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            try write(raw, to: vmdk)
            let text = String(decoding: try vmdk.readBytes()[512..<21 * 512].prefix { $0 != 0 }, as: UTF8.self)
            let cid = DiskIdentity(content: try VMDKRawDisk(raw).vmdkContent()).cid
            let lines = text.split(separator: "\n").map(String.init)
            #expect(lines.first == "# Disk DescriptorFile")
            #expect(lines.contains("parentCID=ffffffff"))
            #expect(lines.contains { $0.hasPrefix("CID=") && UInt32($0.dropFirst(4), radix: 16) == cid })
            #expect(lines.contains("createType=\"streamOptimized\""))
            #expect(lines.contains("RW 6291456 SPARSE \"name.vmdk\""))
            #expect(lines.contains("ddb.adapterType = \"lsilogic\""))
            #expect(lines.contains("ddb.geometry.cylinders = \"391\""))
            #expect(lines.contains("ddb.geometry.heads = \"255\""))
            #expect(lines.contains("ddb.geometry.sectors = \"63\""))
        }
    }

    @Test func keepsANameOnItsLineOfTheDescriptor() {
        let bytes = VMDKDescriptor.streamOptimized(
            size: 1 << 20, cid: 1, extentName: String(repeating: "x", count: 200))
        #expect(bytes.count == 20 * 512)
        #expect(throws: Never.self) {
            try withVMDKOutput { file in
                _ = try VMDKWriter(file, size: 1 << 20, extentName: "a\"\nparentCID=1")
            }
        }
    }

    @Test func writesATebibyte() async throws {
        let text = [UInt8](repeating: 0x41, count: 65536)
        let sample = VMDKSample("", size: 1 << 40, [(1 << 39, text), ((1 << 40) - 65536, text)])
        try await withVMDKSample(sample) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            try write(raw, to: vmdk)
            #expect(try VMDKReader(vmdk).vmdkContent() == VMDKRawDisk(raw).vmdkContent())
            let output = try await Program.run(
                "qemu-io",
                [
                    "-r", "-f", "vmdk", "-c", "read -P 0x41 512G 64k", "-c", "read -P 0 524352k 1M",
                    "-c", "read -P 0x41 1073741760k 64k", vmdk.string,
                ], deadline: .seconds(20))
            #expect(!output.text.contains("Pattern verification failed"))
        }
    }

    @Test func refusesADiskThatVMwareCannotHold() throws {
        #expect(throws: ImageError.self) {
            try withVMDKOutput { _ = try VMDKWriter($0, size: (62 << 40) + 512, extentName: "a") }
        }
    }

    @Test func storesBytesInAZlibStream() throws {
        for count in [0, 1, 65535, 65536, 200_000] {
            let bytes = VMDKSample.noise(count)
            let stream = bytes.withUnsafeBytes { StoredZlib.stream(of: $0) }
            var plain = [UInt8](repeating: 1, count: count)
            try plain.withUnsafeMutableBytes { target in
                try stream.withUnsafeBytes { try Decompressor(.zlib).decompress($0, into: target) }
            }
            #expect(plain == bytes)
        }
    }

    @Test func wrapsUnitsThatDidNotGetSmaller() async throws {
        try await withVMDKSample(VMDKSample("", size: 1 << 20, [(65536, VMDKSample.noise(65536))])) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            let writer = try VMDKWriter(OutputFile(creating: vmdk), size: 1 << 20, extentName: "a")
            let bytes = VMDKSample.noise(65536)
            try bytes.withUnsafeBytes {
                let unit = EncodedChunk.Unit(index: 1, range: 0..<65536, isCompressed: false)
                try writer.append(EncodedChunk(units: [unit], storage: $0, owner: writer))
            }
            try writer.finish(DiskIdentity(content: Digest.of("")))
            try await vmdkQemuImg("compare", "-f", "vmdk", "-F", "raw", vmdk.string, raw.string)
        }
    }

    private func marker(_ bytes: [UInt8], at offset: Int) -> [UInt64] {
        [bytes.little(UInt64.self, at: offset)]
            + [bytes.little(UInt32.self, at: offset + 8), bytes.little(at: offset + 12)].map { UInt64($0) }
    }

    private func withVMDKOutput(_ body: (OutputFile) throws -> Void) throws {
        let path = FilePath("/tmp/vmdk-\(String.randomHex(digits: 12))")
        defer { try? path.remove() }
        try body(try OutputFile(creating: path))
    }

    private func write(_ raw: FilePath, to vmdk: FilePath) throws {
        try write(VMDKRawDisk(raw), to: vmdk)
    }

    private func write(_ reader: any DiskReader, to vmdk: FilePath) throws {
        let writer = try VMDKWriter(OutputFile(creating: vmdk), size: reader.size, extentName: "name.vmdk")
        try SimplePass.run(reader, to: [writer])
        #expect(try vmdk.fileSize().bytes == writer.length)
    }
}
