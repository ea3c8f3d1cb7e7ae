import Foundation
import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import DiskImages

/// Damages valid images of every format and reads them whole: nothing but bytes or an ``ImageError`` may come, soon, and
/// from little memory.
///
/// - `IMAGEFACTORY_FUZZ_SECONDS`: how long, instead of 20 s.
/// - `IMAGEFACTORY_FUZZ_SEED`: the seed of an earlier run, which it prints, to have the same cases again.
/// - `IMAGEFACTORY_FUZZ_REPLAY`: one damaged file to read instead, as the run that failed left it; its format is its
///   extension.
@Suite(.serialized)
struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seconds = environment["IMAGEFACTORY_FUZZ_SECONDS"].flatMap { Int($0) } ?? 20
    private static let replayed = environment["IMAGEFACTORY_FUZZ_REPLAY"]

    @Test(.enabled(if: replayed == nil)) func damageGivesBytesOrANamedError() async throws {
        let seed = Self.environment["IMAGEFACTORY_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1_000_000)
        print("fuzz: seed \(seed), \(Self.seconds) s")
        let bench = try VHDBench()
        var samples: [(recipe: FuzzRecipe, bytes: [UInt8])] = []
        for recipe in FuzzRecipe.all {
            let path = try await recipe.make(bench)
            try FuzzCase(path, recipe.format).read()
            samples.append((recipe, try path.readBytes(limit: .mebibytes(64))))
        }
        let kept = FilePath("/dev/shm").appending("imagefactory-fuzz-\(seed)")
        try kept.createFolder()
        let clock = ContinuousClock()
        let end = clock.now + .seconds(Self.seconds)
        var count = 0
        var slowest = Duration.zero
        while clock.now < end {
            let (recipe, valid) = samples[count % samples.count]
            var random = SeededRandom(seed: seed &+ UInt64(count))
            let path = kept.appending("case-\(count).\(recipe.format.rawValue)")
            try path.write(recipe.damage(valid, by: &random))
            slowest = max(slowest, try FuzzCase(path, recipe.format).readWithinLimits())
            try path.remove()
            count += 1
        }
        try kept.remove()
        print("fuzz: \(count) cases, the slowest \(slowest)")
        #expect(count >= samples.count)
    }

    @Test(.enabled(if: replayed != nil)) func replaysOneCase() throws {
        let path = FilePath(try #require(Self.replayed))
        try FuzzCase(path, try #require(path.extension.flatMap(ImageFormat.init))).readWithinLimits()
    }
}

/// One file that may be damaged.
private struct FuzzCase {
    /// The most of the processor's time that a case may take.
    private static let timeLimit = Duration.seconds(5)
    /// What a case may need more than the tests that run beside it in the same process.
    private static let memoryLimit = 768 << 20
    /// The most that is read of one disk, for damaged sizes may tell of any.
    private static let mostBytes = Int64(64) << 20
    private static let mostExtents = 100_000

    private let path: FilePath
    private let format: ImageFormat

    init(_ path: FilePath, _ format: ImageFormat) {
        self.path = path
        self.format = format
    }

    /// Reads the case, and gives the processor's time that it took; one that does not come to an end brings the process down, so that it is seen and the file is left.
    @discardableResult
    func readWithinLimits() throws -> Duration {
        let path = path
        let watchdog = DispatchWorkItem { @Sendable in fatalError("\(path) is still being read after a minute") }
        DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: watchdog)
        defer { watchdog.cancel() }
        let memory = try Self.memory("VmRSS:")
        try FilePath("/proc/self/clear_refs").write("5".utf8)
        let start = Self.threadTime()
        do {
            try read()
        } catch is ImageError {
        } catch {
            Issue.record("\(path): \(error) is no ImageError")
            throw error
        }
        let time = Self.threadTime() - start
        let growth = try Self.memory("VmHWM:") - memory
        try #require(time < Self.timeLimit, "\(path) took \(time)")
        try #require(growth < Self.memoryLimit, "\(path) took \(growth) bytes of memory")
        return time
    }

    /// Reads the map and the bytes of the disk, by the map and regardless of it.
    func read() throws {
        let disk = try DiskImage.open(path, as: format)
        try #require(disk.size >= 0 && disk.size % 512 == 0 && disk.size <= DiskGeometry.largestDisk, "\(path)")
        var buffer = [UInt8](repeating: 0, count: DiskGeometry.chunk)
        try buffer.withUnsafeMutableBytes { buffer in
            var offset: Int64 = 0
            var extents = 0
            var bytes: Int64 = 0
            while offset < disk.size, extents < Self.mostExtents {
                let extent = try disk.extent(at: offset)
                try #require(extent.length > 0 && extent.length <= disk.size - offset, "\(path), at \(offset)")
                if extent.content == .data, bytes < Self.mostBytes {
                    let length = min(extent.length, Self.mostBytes - bytes)
                    try read(disk, offset..<offset + length, by: buffer)
                    bytes += length
                }
                offset += extent.length
                extents += 1
            }
            try read(disk, 0..<min(disk.size, Self.mostBytes), by: buffer)
            try read(disk, max(0, disk.size - 100_000)..<disk.size, by: buffer)
        }
    }

    private func read(
        _ disk: any DiskReader, _ range: Range<Int64>, by buffer: UnsafeMutableRawBufferPointer
    ) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = min(buffer.count, Int(range.upperBound - offset))
            try disk.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset)
            offset += Int64(count)
        }
    }

    /// The processor's time of this thread, which other tests do not add to.
    private static func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// One of this process's figures, in bytes.
    private static func memory(_ name: String) throws -> Int {
        let lines = try FilePath("/proc/self/status").readText().split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix(name) })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) << 10
    }
}
