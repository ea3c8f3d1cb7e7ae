import CFuse
import CLinux
import Foundation
import SystemPackage

/// Reading and writing.
extension FileServer {
    static func addContent(to operations: inout fuse_lowlevel_ops) {
        operations.create = { request, folder, name, mode, info in
            let request = Request(request)
            request.answer { disk in
                let node = try disk.make(text(name), in: folder, request.attributes(S_IFREG | mode & 0o7777))
                node.openings += 1
                request.reply(node, opened: info)
            }
        }
        operations.open = { request, id, info in
            let request = Request(request)
            request.answer { disk in
                let node = try disk.node(id)
                if let flags = info?.pointee.flags, flags & O_TRUNC != 0 {
                    try disk.beginChange()
                    try node.setSize(0)
                }
                node.openings += 1
                request.reply(opened: info)
            }
        }
        operations.release = { request, id, _ in
            let request = Request(request)
            request.answer {
                try $0.node(id).openings -= 1
                request.done()
            }
        }
        operations.read = { request, id, size, offset, _ in
            let request = Request(request)
            request.answer { disk in
                let file = try disk.node(id).open()
                defer { try? file.close() }
                let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
                defer { bytes.deallocate() }
                let count = try file.read(fromAbsoluteOffset: Int64(offset), into: bytes)
                request.reply(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
            }
        }
        operations.write = { request, id, bytes, size, offset, _ in
            let request = Request(request)
            request.answer { disk in
                let node = try disk.node(id)
                try disk.beginChange()
                try node.write(UnsafeRawBufferPointer(start: bytes, count: size), at: Int64(offset))
                request.reply(written: size)
            }
        }
        operations.fallocate = { request, id, mode, offset, length, _ in
            let request = Request(request)
            request.answer { disk in
                let node = try disk.node(id)
                try disk.beginChange()
                try node.allocate(mode, Int64(offset)..<Int64(offset + length))
                request.done()
            }
        }
        operations.lseek = { request, id, offset, whence, _ in
            let request = Request(request)
            request.answer { disk in
                let file = try disk.node(id).open()
                defer { try? file.close() }
                let found = lseek(file.rawValue, offset, whence)
                guard found >= 0 else { throw Errno(rawValue: errno) }
                request.reply(offset: found)
            }
        }
    }
}

extension Node {
    /// Writes bytes at `offset`.
    fileprivate func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        let file = try open()
        defer { try? file.close() }
        try file.writeAll(toAbsoluteOffset: offset, bytes)
        let end = offset + Int64(bytes.count)
        touch(offset..<end)
        attributes.size = max(attributes.size, end)
    }

    /// Cuts or lengthens the file.
    func setSize(_ size: Int64) throws {
        let file = try open()
        defer { try? file.close() }
        guard ftruncate(file.rawValue, off_t(size)) == 0 else { throw Errno(rawValue: errno) }
        // Behind the end of what the disk has, a hole is a hole to it too.
        touch((min(size, attributes.size)..<max(size, attributes.size)).clamped(to: 0..<durableAttributes.size))
        attributes.size = size
    }

    /// Takes room for a range or gives it back (`fallocate(2)`).
    fileprivate func allocate(_ mode: Int32, _ range: Range<Int64>) throws {
        let file = try open()
        defer { try? file.close() }
        guard fallocate(file.rawValue, mode, off_t(range.lowerBound), off_t(range.count)) == 0 else {
            throw Errno(rawValue: errno)
        }
        if mode & FALLOC_FL_KEEP_SIZE == 0 { attributes.size = max(attributes.size, range.upperBound) }
        touch(range.clamped(to: 0..<attributes.size))
    }
}
