import CrashTestSupport
import Foundation
import HostSystem
import SystemPackage
import Testing

/// The disk itself: what it keeps and what it loses.
@Suite(.timeLimit(.minutes(2)))
struct PowerLossDiskTests {
    private func withDisk(_ body: (PowerLossDisk) async throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-power") { folder in
            try await PowerLossDisk.with(in: folder) { try await body($0) }
        }
    }

    @Test func isAFileSystemLikeOthers() async throws {
        try await withDisk { disk in
            let file = disk.path.pushing("a/b/file")
            try file.removingLastComponent().createFolder()
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            try file.write(bytes)
            #expect(try file.readBytes() == bytes)
            try file.rename(to: disk.path.appending("moved"))
            #expect(try disk.path.appending("moved").readBytes() == bytes)
            #expect(disk.path.folderEntries == ["a", "moved"])
            #expect(throws: Errno.self) { try disk.path.appending("a").rename(to: disk.path.appending("moved")) }
            try disk.path.appending("a").remove()
            try FileManager.default.createSymbolicLink(
                atPath: disk.path.appending("link").string, withDestinationPath: "moved")
            #expect(try disk.path.appending("link").readBytes() == bytes)
            #expect(link(disk.path.appending("moved").string, disk.path.appending("second").string) == 0)
            #expect(disk.path.folderEntries == ["link", "moved", "second"])
            let lock = try FileLock(tryingAt: disk.path.appending("lock"))
            #expect(try FileLock(tryingAt: disk.path.appending("lock")) == nil)
            withExtendedLifetime(lock) {}
            try await Program.run(
                "cp", ["--sparse=always", "moved", "copy"], in: disk.path, deadline: .seconds(10))
            #expect(try disk.path.appending("copy").readBytes() == bytes)
        }
    }

    @Test func losesAllThatWasNotFlushed() async throws {
        try await withDisk { disk in
            try disk.path.appending("file").write("content".utf8)
            try disk.path.appending("folder").createFolder()
            #expect(try disk.changes() >= 3)
            try disk.losePower(keeping: 0, seed: 1)
            #expect(disk.path.folderEntries.isEmpty)
            #expect(try disk.changes() == 0)
        }
    }

    @Test func keepsANameWithoutContentAndContentWithoutAName() async throws {
        try await withDisk { disk in
            try disk.path.appending("named").write("content".utf8)
            try disk.path.sync()
            try disk.path.appending("flushed").write("content".utf8)
            try disk.path.appending("flushed").sync()
            try disk.losePower(keeping: 0, seed: 1)
            #expect(disk.path.folderEntries == ["named"])
            #expect(try disk.path.appending("named").readBytes().isEmpty)
        }
    }

    @Test func keepsWhatWasFlushedAndNothingNewer() async throws {
        try await withDisk { disk in
            let file = disk.path.appending("file")
            try file.write("old".utf8)
            try file.sync()
            try disk.path.sync()
            try file.write("newer".utf8)
            try file.rename(to: disk.path.appending("other"))
            try disk.path.appending("other").write("newest".utf8)
            try disk.losePower(keeping: 0, seed: 1)
            #expect(disk.path.folderEntries == ["other"])
            #expect(try disk.path.appending("other").readText() == "old")
        }
    }

    @Test func givesBackWhatWasCutOffUntilThatIsFlushed() async throws {
        try await withDisk { disk in
            let path = disk.path.appending("file")
            let old = [UInt8](repeating: 7, count: 12_000)
            try path.write(old)
            for path in [path, disk.path] { try path.sync() }
            for isFlushed in [false, true] {
                let file = try FileDescriptor.open(path, .writeOnly)
                // A hole costs nothing, however long it is.
                for size in [5000, 1 << 40] { try file.resize(to: Int64(size)) }
                if isFlushed { try path.sync() }
                try file.close()
                try disk.losePower(keeping: 0, seed: 1)
                #expect(try path.fileSize().bytes == (isFlushed ? 1 << 40 : 12_000))
                let end = [UInt8](repeating: isFlushed ? 0 : 7, count: 7000)
                #expect(try path.readBeginning(12_000) == old.prefix(5000) + end)
            }
        }
    }

    @Test func doesARenameWholeOrNotAtAll() async throws {
        try await withDisk { disk in
            for seed in 0..<20 as Range<UInt64> {
                let (old, new) = (disk.path.appending("old\(seed)"), disk.path.appending("new\(seed)"))
                try old.createFolder()
                try disk.path.sync()
                guard Foundation.rename(old.string, new.string) == 0 else { throw Errno(rawValue: errno) }
                try disk.losePower(keeping: 0.5, seed: seed)
                #expect(old.exists != new.exists)
            }
            let names = disk.path.folderEntries
            #expect(names.contains { $0.hasPrefix("old") } && names.contains { $0.hasPrefix("new") })
        }
    }

    @Test func keepsSomeOfWhatWasNotFlushedIfToldSo() async throws {
        try await withDisk { disk in
            let file = disk.path.appending("file")
            let blocks = 64
            try file.write([UInt8](repeating: 1, count: blocks * 4096))
            try file.sync()
            try disk.path.sync()
            let descriptor = try FileDescriptor.open(file, .writeOnly)
            try descriptor.closeAfter { _ = try descriptor.writeAll([UInt8](repeating: 2, count: blocks * 4096)) }
            try disk.losePower(keeping: 0.5, seed: 7)
            let bytes = try file.readBytes()
            let kept = (0..<blocks).map { bytes[$0 * 4096..<($0 + 1) * 4096] }
            #expect(kept.allSatisfy { Set($0).count == 1 }, "a block is written whole or not at all")
            #expect(Set(kept.compactMap(\.first)) == [1, 2])
        }
    }

    @Test func failsInEverythingOnceThePowerIsAway() async throws {
        try await withDisk { disk in
            try disk.path.appending("one").write("1".utf8)
            try disk.limit(changes: try disk.changes() + 1)
            _ = mkdir(disk.path.appending("two").string, 0o755)
            #expect(throws: Errno.ioError) { try disk.path.appending("three").write("3".utf8) }
            #expect(throws: Errno.ioError) { try disk.path.sync() }
            try disk.losePower(keeping: 1, seed: 1)
            #expect(disk.path.folderEntries == ["one", "two"])
            #expect(try disk.path.appending("one").readText() == "1")
        }
    }

    @Test(arguments: PowerLossDisk.Flush.allCases)
    func canPretendToFlush(flush: PowerLossDisk.Flush) async throws {
        try await withDisk { disk in
            try disk.ignore(flush)
            let file = disk.path.appending("file")
            try file.write("content".utf8)
            try file.sync()
            try disk.path.sync()
            try disk.losePower(keeping: 0, seed: 1)
            #expect(disk.path.folderEntries == (flush == .files ? ["file"] : []))
            #expect(try !file.exists || file.readBytes().isEmpty)
        }
    }
}

extension FilePath {
    /// The first `count` bytes of the file.
    fileprivate func readBeginning(_ count: Int) throws -> [UInt8] {
        let file = try FileDescriptor.open(self, .readOnly)
        return try file.closeAfter {
            try [UInt8](unsafeUninitializedCapacity: count) { buffer, length in
                length = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }
}
