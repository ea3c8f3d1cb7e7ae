import CFuse
import Foundation
import SystemPackage

extension FileServer {
    /// What the kernel may ask for.
    static var operations: fuse_lowlevel_ops {
        var operations = fuse_lowlevel_ops()
        addEntries(to: &operations)
        addAttributes(to: &operations)
        addContent(to: &operations)
        addFlushes(to: &operations)
        return operations
    }

    private static func addEntries(to operations: inout fuse_lowlevel_ops) {
        operations.lookup = { request, folder, name in
            let request = Request(request)
            request.answer { request.reply(try $0.lookUp(text(name), in: folder)) }
        }
        operations.mkdir = { request, folder, name, mode in
            let request = Request(request)
            request.answer { request.reply(try $0.make(text(name), in: folder, request.attributes(S_IFDIR | mode))) }
        }
        operations.mknod = { request, folder, name, mode, _ in
            let request = Request(request)
            request.answer { request.reply(try $0.make(text(name), in: folder, request.attributes(mode))) }
        }
        operations.symlink = { request, target, folder, name in
            let request = Request(request)
            request.answer { disk in
                let attributes = request.attributes(S_IFLNK | 0o777)
                request.reply(try disk.make(text(name), in: folder, attributes, target: text(target)))
            }
        }
        operations.link = { request, node, folder, name in
            let request = Request(request)
            request.answer { request.reply(try $0.link(node, as: text(name), in: folder)) }
        }
        operations.unlink = { request, folder, name in
            let request = Request(request)
            request.answer {
                try $0.remove(text(name), from: folder)
                request.done()
            }
        }
        operations.rmdir = operations.unlink
        operations.rename = { request, folder, name, newFolder, newName, flags in
            let request = Request(request)
            request.answer { disk in
                let onlyIfFree = UInt32(1)  // RENAME_NOREPLACE
                guard flags & ~onlyIfFree == 0 else { throw Errno.invalidArgument }
                try disk.move(
                    text(name), from: folder, to: text(newName), in: newFolder, mayReplace: flags & onlyIfFree == 0)
                request.done()
            }
        }
        operations.readdir = { request, folder, size, position, _ in
            let request = Request(request)
            request.answer { disk in
                let names = try disk.node(folder).names.sorted { $0.key < $1.key }
                request.reply(
                    try names.map { ($0.key, try disk.node($0.value)) }, from: Int(position), size: size)
            }
        }
        operations.readlink = { request, node in
            let request = Request(request)
            request.answer { request.reply(target: try $0.node(node).target ?? "") }
        }
    }

    private static func addAttributes(to operations: inout fuse_lowlevel_ops) {
        operations.getattr = { request, node, _ in
            let request = Request(request)
            request.answer { request.reply(attributesOf: try $0.node(node)) }
        }
        operations.setattr = { request, id, status, which, _ in
            let request = Request(request)
            request.answer { disk in
                guard let wanted = status?.pointee else { throw Errno.invalidArgument }
                let node = try disk.node(id)
                try disk.beginChange()
                if which & FUSE_SET_ATTR_MODE != 0 { node.attributes.mode = wanted.st_mode }
                if which & FUSE_SET_ATTR_UID != 0 { node.attributes.user = wanted.st_uid }
                if which & FUSE_SET_ATTR_GID != 0 { node.attributes.group = wanted.st_gid }
                if which & FUSE_SET_ATTR_SIZE != 0 { try node.setSize(Int64(wanted.st_size)) }
                if which & FUSE_SET_ATTR_MTIME != 0 { node.attributes.modified = wanted.st_mtim }
                if which & FUSE_SET_ATTR_MTIME_NOW != 0 { node.attributes.modified = Attributes.now }
                node.attributes.changed = Attributes.now
                request.reply(attributesOf: node)
            }
        }
        operations.statfs = { request, _ in
            let request = Request(request)
            request.answer { disk in
                var room = statvfs()
                guard statvfs(disk.folder.string, &room) == 0 else { throw Errno(rawValue: errno) }
                request.reply(room)
            }
        }
    }

    private static func addFlushes(to operations: inout fuse_lowlevel_ops) {
        operations.fsync = { request, node, _, _ in
            let request = Request(request)
            request.answer {
                try $0.flush(node)
                request.done()
            }
        }
        operations.fsyncdir = operations.fsync
    }
}

/// A name as libfuse gives it.
func text(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
}

extension Request {
    /// The attributes of something that the caller makes.
    func attributes(_ mode: mode_t) -> Attributes {
        Attributes(mode: mode, user: caller.user, group: caller.group)
    }
}
