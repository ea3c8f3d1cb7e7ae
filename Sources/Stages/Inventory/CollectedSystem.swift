internal import DiskImages
internal import HostSystem
internal import SystemPackage

/// What `collect-inventory.sh` has collected of a system. Nothing in it is trusted: it comes out of an image.
struct CollectedSystem {
    /// The most files that are copied: two for each package, and a few more.
    private static let memberLimit = 400_000
    private static let recordLimit = 40_000_000
    private static let listLimit = ByteCount.mebibytes(1024)
    private static let textLimit = ByteCount.mebibytes(128)

    private let archive: TarArchive

    /// What is in the archive at `path`.
    init(_ path: FilePath) throws {
        archive = try TarArchive(path, limit: Self.memberLimit)
    }

    /// The paths of the files that were copied as they are, sorted.
    var copies: [String] { archive.names.filter { $0.hasPrefix("./") }.map { String($0.dropFirst()) }.sorted() }

    /// A copied file; nil if the system has none at `path`.
    func bytes(of path: String) throws -> [UInt8]? {
        try archive.bytes(of: ".\(path)", limit: Self.textLimit)
    }

    /// A copied file as text, with what is no UTF-8 replaced.
    func text(of path: String) throws -> String? {
        try bytes(of: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Writes a copied file into a file of its own.
    func copy(_ path: String, to target: FilePath) throws {
        try archive.copy(".\(path)", to: target)
    }

    /// The lines of a list.
    func lines(_ list: String) throws -> [String] {
        String(decoding: try content(of: list), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Calls `body` with each record of a list, whose records have `count` fields.
    ///
    /// - Throws: ``InventoryError`` when the last one is not whole, or there are too many.
    func forEachRecord(of list: String, fields count: Int, _ body: ([ArraySlice<UInt8>]) throws -> Void) throws {
        let bytes = try content(of: list)
        var (start, records): (Int, Int) = (0, 0)
        var fields: [ArraySlice<UInt8>] = []
        while start < bytes.count {
            guard let end = bytes[start...].firstIndex(of: 0) else {
                throw InventoryError.malformed(part: list, reason: "the last entry has no end")
            }
            fields.append(bytes[start..<end])
            start = end + 1
            guard fields.count == count else { continue }
            records += 1
            guard records <= Self.recordLimit else { throw InventoryError.tooMuch(part: list, limit: Self.recordLimit) }
            try body(fields)
            fields.removeAll(keepingCapacity: true)
        }
        guard fields.isEmpty else { throw InventoryError.malformed(part: list, reason: "the last entry is not whole") }
    }

    private func content(of list: String) throws -> [UInt8] {
        guard let bytes = try archive.bytes(of: list, limit: Self.listLimit) else {
            throw InventoryError.malformed(part: list, reason: "nothing was collected")
        }
        return bytes
    }
}
