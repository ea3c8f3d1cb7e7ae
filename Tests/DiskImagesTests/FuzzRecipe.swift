import HostSystem
import RandomTestSupport
import SystemPackage

@testable import DiskImages

/// A kind of valid image, and how it is damaged.
struct FuzzRecipe: Sendable {
    let format: ImageFormat
    /// Makes the image from a raw disk.
    private let convert: @Sendable (_ disk: FilePath, _ bench: borrowing VHDBench) async throws -> FilePath
    /// Makes checksums right again, behind which most damage would never be looked at.
    private let seal: @Sendable (inout [UInt8]) -> Void

    /// Every kind that is read.
    static let all: [FuzzRecipe] = [
        ours(.vhd, VHDDynamicWriter.init) { sealVHD(&$0) },
        ours(.vhd, VHDFixedWriter.init) { sealVHD(&$0) },
        theirs(.vhd, "vpc", "-o", "subformat=dynamic,force_size=on") { sealVHD(&$0) },
        ours(.raw, RawWriter.init),
        ours(.qcow2) { try QCOW2Writer(to: $0, size: $1, encoding: .defaultZstd) },
        ours(.qcow2) { try QCOW2Writer(to: $0, size: $1, encoding: .defaultDeflate) },
        ours(.qcow2) { try QCOW2Writer(to: $0, size: $1, encoding: .plain) },
        theirs(.qcow2, "qcow2", "-o", "compat=0.10,cluster_size=4096"),
        theirs(.qcow2, "qcow2", "-c", "-o", "compression_type=zstd"),
        ours(.vmdk) { try VMDKWriter($0, size: $1, extentName: "disk.vmdk") },
        theirs(.vmdk, "vmdk", "-o", "subformat=streamOptimized"),
        theirs(.vmdk, "vmdk", "-o", "subformat=monolithicSparse"),
        ours(.ova) {
            try OVAWriter($0, size: $1, description: OVADescription(name: "fuzz"))
        } seal: {
            sealTar(&$0)
        },
    ]

    /// Made by one of our writers.
    private static func ours(
        _ format: ImageFormat, _ writer: @escaping @Sendable (OutputFile, Int64) throws -> any ImageWriter,
        seal: @escaping @Sendable (inout [UInt8]) -> Void = { _ in }
    ) -> FuzzRecipe {
        FuzzRecipe(
            format: format,
            convert: { disk, bench in
                try bench.write(RawReader(disk), to: "\(String.randomHex(digits: 8)).\(format.rawValue)", writer)
            },
            seal: seal)
    }

    /// Made by `qemu-img convert`.
    private static func theirs(
        _ format: ImageFormat, _ driver: String, _ options: String...,
        seal: @escaping @Sendable (inout [UInt8]) -> Void = { _ in }
    ) -> FuzzRecipe {
        FuzzRecipe(
            format: format,
            convert: { disk, bench in
                let path = bench.path("\(String.randomHex(digits: 8)).\(format.rawValue)")
                try await Program.run(
                    "qemu-img", ["convert", "-f", "raw", "-O", driver] + options + [disk.string, path.string],
                    deadline: .seconds(60))
                return path
            },
            seal: seal)
    }

    /// Makes a valid image of a disk of some MiB with data, noise and holes.
    func make(_ bench: borrowing VHDBench) async throws -> FilePath {
        let disk = bench.path("fuzz.raw")
        if !disk.exists {
            let mebibyte = Int64(1) << 20
            _ = try bench.rawDisk(
                "fuzz.raw", size: 5 * mebibyte + 1536,
                noise: [0..<1000, 100_000..<300_000, 5 * mebibyte..<6 * mebibyte])
            let file = try OutputFile(overwriting: disk, ofKind: 0o100000, size: 0)
            for megabyte in [1, 3] {
                try file.write([UInt8](repeating: 7, count: 150_000), at: Int64(megabyte) * mebibyte + 4096)
            }
        }
        return try await convert(disk, bench)
    }

    /// The bytes of a valid image after some damage.
    func damage(_ valid: [UInt8], by random: inout SeededRandom) -> [UInt8] {
        var bytes = valid
        for _ in 0..<Int.random(in: 1...5, using: &random) where !bytes.isEmpty { Self.damageOnce(&bytes, &random) }
        if Bool.random(using: &random) { seal(&bytes) }
        return bytes
    }

    private static func damageOnce(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        switch Int.random(in: 0..<16, using: &random) {
        case 0: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
        case 1...2: swapBlocks(&bytes, &random)
        case 3...7: bytes[place(in: bytes, &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: replaceWord(&bytes, &random)
        }
    }

    /// Puts a word with a meaning where a format may have one.
    private static func replaceWord(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let size = [1, 2, 4, 8][Int.random(in: 0..<4, using: &random)]
        let place = place(in: bytes, &random) / size * size
        guard place + size <= bytes.count else { return }
        let words: [UInt64] = [
            0, 1, 2, 511, 512, 0x7F, 0x80, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 40, 1 << 53, 1 << 62,
            .max >> 1, 1 << 63, .max - 1, .max, UInt64(bytes.count), UInt64(bytes.count / 512),
            .random(in: 0 ... .max, using: &random), .random(in: 0...UInt64(bytes.count), using: &random),
        ]
        let word = words[Int.random(in: 0..<words.count, using: &random)]
        let isBig = Bool.random(using: &random)
        for index in 0..<size {
            let shift = UInt64(isBig ? size - 1 - index : index) * 8
            bytes[place + index] = UInt8(truncatingIfNeeded: word >> shift)
        }
    }

    private static func swapBlocks(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let size = [16, 512, 4096, 65536][Int.random(in: 0..<4, using: &random)]
        let one = place(in: bytes, &random) / size * size
        let other = place(in: bytes, &random) / size * size
        guard max(one, other) + size <= bytes.count else { return }
        let block = Array(bytes[one..<one + size])
        bytes.replaceSubrange(one..<one + size, with: Array(bytes[other..<other + size]))
        bytes.replaceSubrange(other..<other + size, with: block)
    }

    /// A place in a file that is not empty, most often near its start or its end, where formats keep their words.
    private static func place(in bytes: [UInt8], _ random: inout SeededRandom) -> Int {
        let count = bytes.count
        switch Int.random(in: 0..<8, using: &random) {
        case 0...2: return Int.random(in: 0..<min(count, 2048), using: &random)
        case 3...4: return Int.random(in: 0..<min(count, 300_000), using: &random)
        case 5...6: return count - Int.random(in: 1...min(count, 4096), using: &random)
        default: return Int.random(in: 0..<count, using: &random)
        }
    }

    /// Seals a VHD that is long enough to be one.
    private static func sealVHD(_ bytes: inout [UInt8]) {
        guard bytes.count > 4096 else { return }
        VHDDamage.sealAll(&bytes, fixed: !VHDFooter.hasCookie(bytes))
    }

    /// Makes the checksums of a tar archive's headers right again, as far as their sizes lead from one to the next.
    private static func sealTar(_ bytes: inout [UInt8]) {
        var header = 0
        while header + 512 <= bytes.count, bytes[header] != 0 {
            bytes.replaceSubrange(header + 148..<header + 156, with: repeatElement(0x20, count: 8))
            let sum = bytes[header..<header + 512].reduce(0) { $0 + Int($1) }
            let digits = String(sum, radix: 8)
            let field = String(repeating: "0", count: 6 - digits.count) + digits + "\0 "
            bytes.replaceSubrange(header + 148..<header + 156, with: field.utf8)
            let size = Int(String(decoding: bytes[header + 124..<header + 135], as: UTF8.self), radix: 8) ?? bytes.count
            header += 512 + min(max(size, 0), bytes.count).roundedUp(to: 512)
        }
    }
}
