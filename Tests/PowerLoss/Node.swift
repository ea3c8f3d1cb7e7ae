import Foundation
import SystemPackage

/// What the kernel wants to know about a file or folder, beside what is in it.
struct Attributes {
    /// The kind and the permissions, as `stat(2)` has them.
    var mode: mode_t
    /// The owner.
    var user: uid_t
    /// The owner's group.
    var group: gid_t
    /// A file's length in bytes.
    var size: Int64 = 0
    /// When the content was written last.
    var modified = Attributes.now
    /// When anything was changed last.
    var changed = Attributes.now

    /// Whether it is a folder.
    var isFolder: Bool { mode & S_IFMT == S_IFDIR }

    /// The present time.
    static var now: timespec {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time
    }
}

/// A file, folder or link, as it is and as the disk has it.
final class Node {
    /// How much of a file is written to the disk at once or not at all, in bytes.
    static let blockSize: Int64 = 4096

    /// Its number.
    let id: UInt64
    /// Where a link points.
    let target: String?
    /// As everybody sees it.
    var attributes: Attributes
    /// As the disk has it.
    var durableAttributes: Attributes
    /// A folder's entries, as everybody sees them.
    var names: [String: UInt64] = [:]
    /// A folder's entries, as the disk has them.
    var durableNames: [String: UInt64] = [:]
    /// The blocks of a file that were written since it was last flushed.
    var dirtyBlocks: Set<Int64> = []
    /// How many have it open.
    var openings = 0
    private let folder: FilePath

    init(id: UInt64, attributes: Attributes, target: String? = nil, in folder: FilePath) {
        self.id = id
        self.attributes = attributes
        self.target = target
        self.folder = folder
        durableAttributes = attributes
    }

    /// The file with the content that everybody sees.
    func open() throws(Errno) -> FileDescriptor {
        try Self.open(folder.appending("\(id)"))
    }

    private static func open(_ path: FilePath) throws(Errno) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    /// Notes that bytes were written.
    func touch(_ range: Range<Int64>) {
        if !range.isEmpty {
            dirtyBlocks.formUnion(range.lowerBound / Self.blockSize...(range.upperBound - 1) / Self.blockSize)
        }
        attributes.modified = Attributes.now
        attributes.changed = attributes.modified
    }

    /// Makes the content and the attributes, as everybody sees them, what the disk has.
    func flush() throws(Errno) {
        if !attributes.isFolder { try copyBlocks(dirtyBlocks, toDisk: true, size: attributes.size) }
        dirtyBlocks = []
        durableAttributes = attributes
    }

    /// Makes what the disk has what everybody sees, once `survives` has told of each block that was not flushed, of the
    /// length and of the other attributes whether it came to the disk by itself.
    func loseUnflushed(_ survives: () -> Bool) throws(Errno) {
        let size = survives() ? attributes.size : durableAttributes.size
        if survives() { durableAttributes = attributes }
        durableAttributes.size = size
        if !attributes.isFolder {
            try copyBlocks(dirtyBlocks.filter { _ in survives() }, toDisk: true, size: size)
            try copyBlocks(dirtyBlocks, toDisk: false, size: size)
        }
        attributes = durableAttributes
        names = durableNames
        dirtyBlocks = []
        openings = 0
    }

    /// Gives the room back that its content takes.
    func removeContent() {
        unlink(folder.appending("\(id)").string)
        unlink(folder.appending("\(id).durable").string)
    }

    private func copyBlocks(_ blocks: Set<Int64>, toDisk: Bool, size: Int64) throws(Errno) {
        let seen = try open()
        defer { try? seen.close() }
        let durable = try Self.open(folder.appending("\(id).durable"))
        defer { try? durable.close() }
        let (source, target) = toDisk ? (seen, durable) : (durable, seen)
        var bytes = [UInt8](repeating: 0, count: Int(Self.blockSize))
        do {
            // In any other order the host would store each block apart from its neighbours.
            for block in blocks.sorted() {
                let offset = block * Self.blockSize
                let count = try bytes.withUnsafeMutableBytes { try source.read(fromAbsoluteOffset: offset, into: $0) }
                for index in count..<bytes.count { bytes[index] = 0 }
                _ = try target.writeAll(toAbsoluteOffset: offset, bytes)
            }
        } catch {
            throw error as? Errno ?? .ioError
        }
        guard ftruncate(target.rawValue, off_t(size)) == 0 else { throw Errno(rawValue: errno) }
    }
}
