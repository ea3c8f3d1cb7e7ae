internal import Attestation
internal import HostSystem

/// All that is on a system's file systems, as find and sha256sum tell it.
struct FileTree {
    /// The files, by path.
    private(set) var files: [String: InstalledFile] = [:]
    /// Where its file systems are mounted, other than the root.
    private(set) var mountPoints: [String] = []
    /// Where the system's file systems of the kind FAT are mounted: the EFI system partition is one.
    private(set) var fatMounts: [String] = []
    /// When a file was last changed, in seconds since 1970; 0 where none tells.
    private(set) var modified: Int64 = 0

    /// Reads the lists `files`, `digests` and `mounts`.
    ///
    /// - Throws: ``InventoryError``; also for a regular file without a digest, which could not be read.
    init(reading system: CollectedSystem) throws {
        var digests: [String: Digest] = [:]
        try system.forEachRecord(of: "digests", fields: 1) { fields in
            let line = fields[0]
            guard line.count > 66, let digest = Digest(hex: Self.text(line.prefix(64))) else {
                throw InventoryError.malformed(part: "digests", reason: "'\(Self.text(line.prefix(80)))' is no digest")
            }
            digests[Self.path(line.dropFirst(66))] = digest
        }
        var inodes: [String: Inode] = [:]
        var digestsByInode: [Inode: Digest] = [:]
        try system.forEachRecord(of: "files", fields: 10) { fields in
            let file = try Self.file(fields)
            files[file.path] = file
            // With a fraction, which differs between file systems.
            let seconds = Self.text(fields[9]).prefix { $0 != "." }
            modified = max(modified, Int64(seconds) ?? 0)
            guard file.kind == .file else { return }
            let inode = Inode(device: Self.text(fields[6]), number: Self.text(fields[7]))
            inodes[file.path] = inode
            if let digest = digests[file.path] { digestsByInode[inode] = digest }
        }
        for (path, inode) in inodes { files[path]?.sha256 = digestsByInode[inode] }
        let unread = files.values.filter { $0.kind == .file && $0.sha256 == nil }
        if let first = unread.map(\.path).min() {
            throw InventoryError.unreadable(path: first, count: unread.count)
        }
        try system.forEachRecord(of: "mounts", fields: 2) { fields in
            let point = PathText.text(of: fields[0])
            if point != "/" { mountPoints.append(point) }
            if fields[1].elementsEqual("vfat".utf8) { fatMounts.append(point) }
        }
    }

    /// Says of each file which package it belongs to. Folders belong to none: many packages share them.
    mutating func setOwners(_ owners: [String: String]) {
        for (path, package) in owners where files[path]?.kind != .folder { files[path]?.package = package }
    }

    /// The paths and targets of all links.
    var links: [String: String] { files.compactMapValues(\.target) }

    private struct Inode: Hashable {
        let device: String
        let number: String
    }

    /// One record: path, type, mode, user, group, size, device, inode, target, time.
    private static func file(_ fields: [ArraySlice<UInt8>]) throws -> InstalledFile {
        let path = path(fields[0])
        guard let kind = kind(fields[1]), let mode = Int(text(fields[2]), radix: 8), 0...0o7777 ~= mode,
            let user = Int(text(fields[3])), let group = Int(text(fields[4])), let size = Int64(text(fields[5]))
        else { throw InventoryError.malformed(part: "files", reason: "the entry of \(path) makes no sense") }
        let digits = String(mode, radix: 8)
        return InstalledFile(
            path: path, kind: kind, mode: String(repeating: "0", count: max(0, 4 - digits.count)) + digits, user: user,
            group: group, size: kind == .file ? size : nil, target: kind == .link ? PathText.text(of: fields[8]) : nil)
    }

    private static func kind(_ field: ArraySlice<UInt8>) -> InstalledFile.Kind? {
        switch field.first {
        case UInt8(ascii: "f"): .file
        case UInt8(ascii: "d"): .folder
        case UInt8(ascii: "l"): .link
        case UInt8(ascii: "b"): .block
        case UInt8(ascii: "c"): .character
        case UInt8(ascii: "p"): .pipe
        case UInt8(ascii: "s"): .socket
        default: nil
        }
    }

    /// `./etc/fstab` as `/etc/fstab`.
    private static func path(_ field: ArraySlice<UInt8>) -> String {
        PathText.text(of: field.dropFirst())
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field, as: UTF8.self)
    }
}
