import CFuse
import Foundation
import SystemPackage

/// One request, and the way to answer it.
struct Request {
    private let request: fuse_req_t?

    /// A request as libfuse gives it.
    init(_ request: fuse_req_t?) {
        self.request = request
    }

    /// Who asks.
    var caller: (user: uid_t, group: gid_t) {
        let context = fuse_req_ctx(request)?.pointee
        return (context?.uid ?? 0, context?.gid ?? 0)
    }

    /// Does the work with the disk, and answers with an error if it fails.
    func answer(_ work: (VolatileDisk) throws -> Void) {
        guard let pointer = fuse_req_userdata(request) else { return }
        let server = Unmanaged<FileServer>.fromOpaque(pointer).takeUnretainedValue()
        do {
            try work(server.disk)
        } catch {
            fuse_reply_err(request, (error as? Errno ?? .ioError).rawValue)
        }
    }

    /// Done, with nothing to tell.
    func done() {
        fuse_reply_err(request, 0)
    }

    /// A node, for an entry that names it.
    func reply(_ node: Node) {
        var entry = Self.entry(of: node)
        fuse_reply_entry(request, &entry)
    }

    /// A node that was just made, opened.
    func reply(_ node: Node, opened info: UnsafeMutablePointer<fuse_file_info>?) {
        var entry = Self.entry(of: node)
        fuse_reply_create(request, &entry, info)
    }

    /// That a node is open.
    func reply(opened info: UnsafeMutablePointer<fuse_file_info>?) {
        fuse_reply_open(request, info)
    }

    /// A node's attributes.
    func reply(attributesOf node: Node) {
        var status = node.status
        fuse_reply_attr(request, &status, Self.timeout)
    }

    /// Bytes.
    func reply(_ bytes: UnsafeMutableRawBufferPointer) {
        fuse_reply_buf(request, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }

    /// How many bytes were written.
    func reply(written count: Int) {
        fuse_reply_write(request, count)
    }

    /// An offset in a file.
    func reply(offset: off_t) {
        fuse_reply_lseek(request, offset)
    }

    /// Where a link points.
    func reply(target: String) {
        fuse_reply_readlink(request, target)
    }

    /// The room on the disk.
    func reply(_ room: statvfs) {
        var room = room
        fuse_reply_statfs(request, &room)
    }

    /// Entries of a folder from a position on, as many as have room in `size` bytes.
    func reply(_ entries: [(name: String, node: Node)], from position: Int, size: Int) {
        var buffer = [CChar](repeating: 0, count: size)
        var used = 0
        for (index, entry) in entries.enumerated().dropFirst(position) {
            var status = entry.node.status
            let needed = buffer.withUnsafeMutableBufferPointer { buffer in
                fuse_add_direntry(
                    request, buffer.baseAddress.map { $0 + used }, size - used, entry.name, &status, off_t(index + 1))
            }
            guard used + needed <= size else { break }
            used += needed
        }
        fuse_reply_buf(request, buffer, used)
    }

    /// Everything changes through the kernel, which may thus remember it as long as it likes.
    private static let timeout = 1e6

    private static func entry(of node: Node) -> fuse_entry_param {
        fuse_entry_param(
            ino: node.id, generation: 0, attr: node.status, attr_timeout: timeout, entry_timeout: timeout)
    }
}

extension Node {
    /// The attributes as `stat(2)` tells them.
    fileprivate var status: stat {
        var status = stat()
        status.st_ino = ino_t(id)
        status.st_mode = attributes.mode
        // A folder that counts its folders would have to count them right; 1 says that it does not.
        status.st_nlink = 1
        status.st_uid = attributes.user
        status.st_gid = attributes.group
        status.st_size = off_t(attributes.size)
        status.st_blocks = blkcnt_t((attributes.size + 511) / 512)
        status.st_mtim = attributes.modified
        status.st_ctim = attributes.changed
        status.st_atim = attributes.modified
        return status
    }
}
