import DiskImages
import Foundation
import HostSystem
import SystemPackage

/// Measures what no conversion of a disk to all five formats can be faster than on this host, and prints it as JSON.
///
///     conversion-limit DISK CORES
///
/// The limit is the time to read the disk's data, plus the larger of hashing its raw bytes once on one core, and all
/// compression and hashing divided by the cores.
@main
struct ConversionLimit {
    private let disk: any DiskReader
    private let unit = UnsafeMutableRawBufferPointer.allocate(byteCount: DiskGeometry.unit, alignment: 4096)
    private let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: DiskGeometry.unit, alignment: 4096)

    static func main() throws {
        guard CommandLine.arguments.count == 3, let cores = Double(CommandLine.arguments[2]) else {
            print("usage: conversion-limit DISK CORES")
            exit(64)
        }
        try ConversionLimit(disk: DiskImage.open(FilePath(CommandLine.arguments[1]))).measure(cores: cores)
    }

    private init(disk: any DiskReader) {
        self.disk = disk
    }

    private func measure(cores: Double) throws {
        let allocated = try allocatedUnits()
        let reading = try seconds { for place in allocated { try read(place) } }
        let places = try allocated.filter { place in
            try read(place)
            return unit.contains { $0 != 0 }
        }
        let rawHashing = hashZeros()
        let clusters = try compress(places, .defaultZstd)
        let grains = try compress(places, .defaultZlib)
        // The compressed bytes are in three files: the qcow2, the vmdk, and the vmdk in the ova.
        let fileHashing = rawHashing / Double(disk.size) * Double(clusters.bytes + 2 * grains.bytes)
        let work = rawHashing + fileHashing + clusters.seconds + grains.seconds
        print(
            """
            {"reading": \(reading), "raw-hashing": \(rawHashing), "file-hashing": \(fileHashing), \
            "zstd": \(clusters.seconds), "zlib": \(grains.seconds), "limit": \(reading + max(rawHashing, work / cores))}
            """)
    }

    private func allocatedUnits() throws -> [Int64] {
        let size = Int64(DiskGeometry.unit)
        var places: [Int64] = []
        try disk.forEachDataExtent(in: 0..<disk.size) { extent in
            let units = extent.lowerBound / size...(extent.upperBound - 1) / size
            places += units.drop { $0 <= places.last ?? -1 }
        }
        return places
    }

    private func read(_ index: Int64) throws {
        let offset = index * Int64(DiskGeometry.unit)
        let count = Int(min(Int64(DiskGeometry.unit), disk.size - offset))
        try disk.read(into: UnsafeMutableRawBufferPointer(rebasing: unit[..<count]), at: offset)
    }

    /// The seconds that hashing as many bytes as the disk has takes; what they are makes no difference.
    private func hashZeros() -> Double {
        let zeros = [UInt8](repeating: 0, count: 256 << 10)
        return seconds {
            let hasher = SHA256()
            var left = disk.size
            while left > 0 {
                zeros.withUnsafeBytes {
                    hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<Int(min(left, 256 << 10))]))
                }
                left -= 256 << 10
            }
        }
    }

    /// The seconds that one encoding takes on one core, and the bytes that it gives.
    private func compress(_ places: [Int64], _ encoding: UnitEncoding) throws -> (seconds: Double, bytes: Int) {
        guard let compressor = Compressor(encoding) else { return (0, 0) }
        var time = 0.0
        var bytes = 0
        for place in places {
            try read(place)
            time += seconds { bytes += compressor.compress(UnsafeRawBufferPointer(unit), into: packed) ?? unit.count }
        }
        return (time, bytes)
    }

    /// The time that `body` takes on this thread, in seconds.
    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        let time = (ContinuousClock.now - start).components
        return Double(time.seconds) + Double(time.attoseconds) / 1e18
    }
}
