import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import DiskImages

struct RawTests {
    private static let mebibyte = Int64(1) << 20

    @Test(arguments: [0, 1, 511, 512, 513, 4096 * 3 + 7])
    func roundsALengthUpToSectors(length: Int64) throws {
        let bench = try VHDBench()
        let disk = try RawReader(bench.rawDisk("d.raw", size: length, noise: [0..<length]))
        #expect(disk.size == (length + 511) / 512 * 512)
        let content = try VHDContent(of: disk)
        #expect(content.bytes.prefix(Int(length)) == (try VHDContent(of: bench.path("d.raw"))).bytes[...])
        #expect(content.bytes.dropFirst(Int(length)).allSatisfy { $0 == 0 })
        #expect(try VHDContent(mapped: disk) == content)
    }

    /// On a disk past the page cache; a file system in memory has nothing but that.
    @Test(arguments: ["/var/tmp", "/dev/shm"] as [FilePath])
    func writesTheSameWhetherThePageCacheIsPassedByOrNot(folder: FilePath) async throws {
        try await withScratchFolder(in: folder, prefix: "if-raw") { folder in
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            for isReadBack in [true, false] {
                let path = folder.appending("\(isReadBack)")
                let file = try OutputFile(locking: path, isReadBack: isReadBack)
                try file.write(bytes, at: 12345)
                try file.write([1, 2, 3], at: 0)
                let read = try path.readBytes()
                #expect(read.count == 312_345 && read[..<3] == [1, 2, 3] && read[12345...] == bytes[...])
            }
        }
    }

    @Test func readsNoHole() throws {
        let bench = try VHDBench()
        let disk = try RawReader(
            bench.rawDisk("d.raw", size: 64 << 30, noise: [Self.mebibyte..<Self.mebibyte + 4096]))
        var data: [Range<Int64>] = []
        try disk.forEachDataExtent(in: 0..<disk.size) { data.append($0) }
        #expect(data == [Self.mebibyte..<Self.mebibyte + 4096])
    }

    @Test func refusesWhatIsNoFile() async throws {
        let bench = try VHDBench()
        try await Program.run("mkfifo", [bench.path("pipe").string], deadline: .seconds(10))
        #expect(throws: SourceError(path: bench.folder, cause: .isDirectory)) { _ = try RawReader(bench.folder) }
        #expect(throws: SourceError(path: bench.path("pipe"), cause: .illegalSeek)) {
            _ = try RawReader(bench.path("pipe"))
        }
        #expect(throws: SourceError(path: "/dev/zero", cause: .illegalSeek)) { _ = try RawReader("/dev/zero") }
    }

    @Test(arguments: [512, 65536, 3 * mebibyte, 3 * mebibyte + 512, 5 * mebibyte + 131072 + 1536])
    func writesASparseCopy(size: Int64) throws {
        let bench = try VHDBench()
        let source = try RawReader(
            bench.rawDisk(
                "d.raw", size: size, noise: [0..<700, Self.mebibyte..<Self.mebibyte + 70000, size - 100..<size]))
        try bench.write(source, to: "copy.raw", RawWriter.init)
        let copy = try RawReader(bench.path("copy.raw"))
        #expect(copy.size == size)
        #expect(try VHDContent(of: copy) == VHDContent(of: source))
        if size > 2 * Self.mebibyte { #expect(try copy.extent(at: 2 * Self.mebibyte).content == .zeros) }
    }

    @Test(arguments: [0, 5 * mebibyte + 512])
    func overwritesAllOfADisk(size: Int64) throws {
        let bench = try VHDBench()
        let source = try RawReader(
            bench.rawDisk(
                "d.raw", size: size, noise: [65536..<65536 + 700, 3 * Self.mebibyte..<3 * Self.mebibyte + 70000]))
        let device = try bench.rawDisk("device", size: size + Self.mebibyte, noise: [0..<size + Self.mebibyte])
        let before = try VHDContent(of: device).bytes
        let file = try OutputFile(overwriting: device, ofKind: S_IFREG, size: size)
        try SimplePass.run(source, to: [RawWriter(file, size: size)])
        let after = try VHDContent(of: device).bytes
        #expect(try VHDContent(after.prefix(Int(size))) == VHDContent(of: source))
        #expect(VHDContent(after.dropFirst(Int(size))) == VHDContent(before.dropFirst(Int(size))))
    }

    @Test func writesZerosWhereNoHoleCanBePunched() throws {
        let bench = try VHDBench()
        let size = 3 * Self.mebibyte
        let device = try bench.rawDisk("device", size: size, noise: [0..<size])
        let before = try VHDContent(of: device)
        let file = try OutputFile(overwriting: device, ofKind: S_IFREG, size: size)
        try file.writeZeros(1000..<2 * Self.mebibyte + 9)
        var expected = before.bytes
        expected.replaceSubrange(1000..<2_097_161, with: repeatElement(0, count: 2_096_161))
        #expect(try VHDContent(of: device) == VHDContent(expected))
    }

    @Test func refusesATargetThatIsNoDeviceOrTooSmall() throws {
        let bench = try VHDBench()
        let path = try bench.rawDisk("file", size: 4096, noise: [])
        #expect(throws: OutputDeviceError(path: path, kind: .notABlockDevice)) {
            _ = try OutputFile(overwritingDevice: path, size: 512)
        }
        #expect(throws: OutputDeviceError(path: path, kind: .tooSmall(size: 4096, needed: 4608))) {
            _ = try OutputFile(overwriting: path, ofKind: S_IFREG, size: 4608)
        }
        #expect(throws: OutputError(path: bench.path("nothing"), cause: .noSuchFileOrDirectory)) {
            _ = try OutputFile(overwritingDevice: bench.path("nothing"), size: 512)
        }
    }
}
