internal import Foundation
internal import SystemPackage

extension OutputFile {
    /// Opens `path` empty and locks it (`flock(2)`), whether a killed process has left one there or not.
    ///
    /// - Parameter isReadBack: Whether it is soon read again.
    /// - Throws: ``ConversionError/busy(_:)`` when another process has it locked, ``OutputError``.
    convenience init(locking path: FilePath, isReadBack: Bool) throws {
        while true {
            let descriptor: FileDescriptor
            do {
                descriptor = try FileDescriptor.open(
                    path, .readWrite, options: [.create, .closeOnExec, .noFollow],
                    permissions: [.ownerReadWrite, .groupRead, .otherRead])
            } catch let error as Errno {
                throw OutputError(path: path, cause: error)
            }
            guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
                try? descriptor.close()
                throw ConversionError.busy(path)
            }
            // Between opening and locking, its last owner may have given it its final name.
            guard Self.isStill(descriptor, at: path) else {
                try? descriptor.close()
                continue
            }
            // A file that is cut to nothing is written out by ext4 when it is closed, whoever waits; a new one is not.
            guard try descriptor.seek(offset: 0, from: .end) == 0 else {
                unlink(path.string)
                try? descriptor.close()
                continue
            }
            self.init(path: path, descriptor: descriptor, hasOldContent: false, isReadBack: isReadBack)
            return
        }
    }

    private static func isStill(_ descriptor: FileDescriptor, at path: FilePath) -> Bool {
        var open = stat()
        var named = stat()
        guard fstat(descriptor.rawValue, &open) == 0, lstat(path.string, &named) == 0 else { return false }
        return open.st_dev == named.st_dev && open.st_ino == named.st_ino
    }

    /// The file's length in bytes.
    func size() throws -> Int64 {
        try descriptor.seek(offset: 0, from: .end)
    }

    /// Lends the file's content, block by block, from `start` to its end.
    func forEachBlock(from start: Int64, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { block.deallocate() }
        var offset = start
        while true {
            let count = try descriptor.read(fromAbsoluteOffset: offset, into: block)
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: block[..<count]))
            offset += Int64(count)
        }
    }
}
