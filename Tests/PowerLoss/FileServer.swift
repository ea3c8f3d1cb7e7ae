import CFuse
import Foundation
import SystemPackage

/// A ``VolatileDisk`` as a file system of this host, over FUSE's low-level interface (libfuse, `fuse_lowlevel.h`).
///
/// One thread does everything: requests come one after another, and commands between them.
final class FileServer {
    let disk: VolatileDisk
    private let mountPoint: FilePath
    private var session: OpaquePointer?
    private var buffer = fuse_buf()

    /// Shows `disk` at a folder.
    init(_ disk: VolatileDisk, at mountPoint: FilePath) throws {
        self.disk = disk
        self.mountPoint = mountPoint
        try mount()
    }

    deinit {
        unmount()
        free(buffer.mem)
    }

    /// Where requests come from.
    var descriptor: Int32 { session.map { fuse_session_fd($0) } ?? -1 }

    /// Answers the next request; false when the file system was unmounted by somebody else.
    func serveOne() -> Bool {
        guard let session else { return false }
        let count = fuse_session_receive_buf(session, &buffer)
        guard count != -EINTR else { return true }
        guard count > 0 else { return false }
        fuse_session_process_buf(session, &buffer)
        return fuse_session_exited(session) == 0
    }

    /// The power goes away: whoever has a file open gets errors from now on, and the kernel remembers nothing.
    func losePower(keeping probability: Double, seed: UInt64) throws {
        unmount()
        try disk.losePower(keeping: probability, seed: seed)
        try mount()
    }

    private func mount() throws {
        // Other accounts than root need the administrator's leave to let others in.
        let options = "default_permissions,fsname=power-loss" + (geteuid() == 0 ? ",allow_other" : "")
        var arguments = ["power-loss", "-o", options].map { (text: String) in strdup(text) }
        defer { arguments.forEach { free($0) } }
        var operations = Self.operations
        session = arguments.withUnsafeMutableBufferPointer { buffer in
            var list = fuse_args(argc: Int32(buffer.count), argv: buffer.baseAddress, allocated: 0)
            return fuse_session_new(
                &list, &operations, MemoryLayout<fuse_lowlevel_ops>.size, Unmanaged.passUnretained(self).toOpaque())
        }
        guard let session, fuse_session_mount(session, mountPoint.string) == 0 else { throw Errno.ioError }
    }

    private func unmount() {
        guard let session else { return }
        fuse_session_unmount(session)
        fuse_session_destroy(session)
        self.session = nil
    }
}
