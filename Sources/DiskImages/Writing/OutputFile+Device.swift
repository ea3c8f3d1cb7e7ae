internal import CLinux
internal import Foundation
package import SystemPackage

extension OutputFile {
    /// Opens a block device, to be overwritten by a disk of `size` bytes. It may not be mounted or in use otherwise, which
    /// `O_EXCL` tells of block devices (`open(2)`).
    ///
    /// - Throws: ``OutputDeviceError``; ``OutputError`` when it cannot be opened.
    package convenience init(overwritingDevice path: FilePath, size: Int64) throws {
        try self.init(overwriting: path, ofKind: S_IFBLK, size: size)
    }

    /// Opens what is there, if it is of a kind (`S_IFBLK`) and not smaller than `size`.
    convenience init(overwriting path: FilePath, ofKind kind: mode_t, size: Int64) throws {
        var status = stat()
        guard stat(path.string, &status) == 0 else { throw OutputError(path: path, cause: Errno(rawValue: errno)) }
        guard status.st_mode & S_IFMT == kind else { throw OutputDeviceError(path: path, kind: .notABlockDevice) }
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readWrite, options: [.exclusiveCreate, .closeOnExec])
        } catch Errno.resourceBusy {
            throw OutputDeviceError(path: path, kind: .inUse)
        } catch let error as Errno {
            throw OutputError(path: path, cause: error)
        }
        self.init(path: path, descriptor: descriptor, hasOldContent: true)
        let found = try descriptor.seek(offset: 0, from: .end)
        guard found >= size else {
            throw OutputDeviceError(path: path, kind: .tooSmall(size: found, needed: size))
        }
    }

    /// Makes a stretch that is not written read as zero. In a new file it does already; on a device it is given back, if
    /// the device can do so and then reads as zero, and written otherwise.
    func zero(_ range: Range<Int64>) throws {
        guard hasOldContent, !range.isEmpty else { return }
        let largestDeviceBlock = Int64(4096)
        let whole = range.lowerBound..<max(range.lowerBound, range.upperBound / largestDeviceBlock * largestDeviceBlock)
        let mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE
        let isPunched = fallocate(descriptor.rawValue, mode, off_t(whole.lowerBound), off_t(whole.count)) == 0
        try writeZeros(isPunched ? whole.upperBound..<range.upperBound : range)
    }

    /// Writes zeros, which every device takes.
    func writeZeros(_ range: Range<Int64>) throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        try zeros.withUnsafeBytes { zeros in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let count = min(zeros.count, Int(range.upperBound - offset))
                try write(UnsafeRawBufferPointer(rebasing: zeros[..<count]), at: offset)
                offset += Int64(count)
            }
        }
    }
}

/// A path that a disk may not be written straight to.
package struct OutputDeviceError: Error, CustomStringConvertible, Equatable {
    /// Why not.
    package enum Kind: Sendable, Equatable {
        /// It is a file or something else.
        case notABlockDevice
        /// It is mounted, or holds something that is.
        case inUse
        /// The disk does not fit.
        case tooSmall(size: Int64, needed: Int64)
    }

    /// The path.
    package let path: FilePath
    /// Why not.
    package let kind: Kind

    package var description: String {
        switch kind {
        case .notABlockDevice: "\(path) is no block device; a disk is written straight to a block device only"
        case .inUse: "\(path) is in use; unmount it, or stop what holds it open"
        case .tooSmall(let size, let needed): "\(path) has \(size) bytes, and the disk needs \(needed)"
        }
    }
}
