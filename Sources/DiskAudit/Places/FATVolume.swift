internal import DiskImages
internal import HostSystem
internal import SystemPackage

/// A FAT file system on a disk, as an EFI system partition is one, whose clusters mtools know.
struct FATVolume {
    private let start: Int64
    private let clusterSize: Int64
    /// The first byte of cluster 2.
    private let dataStart: Int64

    /// The file system at `start`; nil if there is none. The fields are those of the BIOS parameter block.
    init?(of disk: any DiskReader, at start: Int64) throws {
        guard start + 512 <= disk.size else { return nil }
        let block = try disk.bytes(at: start, count: 512)
        func word(_ offset: Int) -> Int64 { Int64(block[offset]) | Int64(block[offset + 1]) << 8 }
        let sector = word(11)
        guard block[510] == 0x55, block[511] == 0xAA, [512, 1024, 2048, 4096].contains(sector), block[13] > 0,
            (1...2).contains(block[16])
        else { return nil }
        let tableSectors = word(22) > 0 ? word(22) : word(36) | word(38) << 16
        guard tableSectors > 0 else { return nil }
        self.start = start
        clusterSize = sector * Int64(block[13])
        let rootSectors = (word(17) * 32 + sector - 1) / sector
        dataStart = start + (word(14) + Int64(block[16]) * tableSectors + rootSectors) * sector
    }

    /// Whose the bytes at `offsets` are, in a raw file.
    func uses(of offsets: [Int64], on raw: FilePath) async throws -> [Int64: DiskMap.Use] {
        let image = "\(raw)@@\(start)"
        let listing = try await Program.run("mdir", ["-i", image, "-b", "-a", "-/", "::/"], deadline: .seconds(60)).text
        let names = listing.split(separator: "\n").map(String.init).filter { !$0.hasSuffix("/") }
        var clusters: [(range: ClosedRange<Int64>, path: String)] = []
        for name in names.prefix(1000) {
            let shown = try await Program.run("mshowfat", ["-i", image, name], deadline: .seconds(60)).text
            let path = String(name.dropFirst("::".count))
            clusters += Self.ranges(in: String(shown.dropFirst(name.count))).map { ($0, path) }
        }
        return Dictionary(
            offsets.map { offset in
                guard offset >= dataStart else { return (offset, .own("the file system's tables")) }
                let cluster = (offset - dataStart) / clusterSize + 2
                let path = clusters.first { $0.range.contains(cluster) }?.path
                return (offset, path.map(DiskMap.Use.file) ?? .free)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The clusters in `<3-45> <47>`.
    private static func ranges(in text: String) -> [ClosedRange<Int64>] {
        text.split(whereSeparator: { "<> \n".contains($0) }).compactMap { part in
            let ends = part.split(separator: "-").compactMap { Int64($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return nil }
            return first...last
        }
    }
}
