import Foundation
import SystemPackage

/// QEMU's end of a serial console: a UNIX socket with one connection.
final class ConsoleServer: Sendable {
    /// Where it listens.
    let path: FilePath
    private let listener: FileDescriptor

    /// Listens at `path`.
    init(at path: FilePath) throws {
        self.path = path
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.string.utf8)
        precondition(bytes.count < MemoryLayout.size(ofValue: address.sun_path))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        listener = FileDescriptor(
            rawValue: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener.rawValue, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard isBound == 0, listen(listener.rawValue, 1) == 0 else { throw Errno(rawValue: errno) }
    }

    deinit {
        try? listener.close()
    }

    /// The connection of a console that has connected already.
    func connection() throws -> FileDescriptor {
        let raw = accept(listener.rawValue, nil, nil)
        guard raw >= 0 else { throw Errno(rawValue: errno) }
        return FileDescriptor(rawValue: raw)
    }
}
