internal import CLibvirt
internal import Glibc
internal import HostSystem
package import SystemPackage

extension Domain {
    /// Writes a picture of the domain's screen to `path` and gives its media type: `image/png`, or
    /// `image/x-portable-pixmap` before QEMU 7.1.
    package func takeScreenshot(to path: FilePath) async throws -> String {
        try await offloaded { [self] isCancelled in
            try connection.pointer.withStream(for: "read the picture of \(name)") { stream in
                let type = try check(virDomainScreenshot(pointer, stream, 0, 0), "take a picture of \(name)")
                defer { free(type) }
                let file = try FileDescriptor.open(
                    path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .publicFile)
                try file.closeAfter {
                    var block = [CChar](repeating: 0, count: 1 << 16)
                    while true {
                        if isCancelled() { throw CancellationError() }
                        let count = try check(virStreamRecv(stream, &block, block.count), "read the picture of \(name)")
                        guard count > 0 else { return }
                        _ = try block.withUnsafeBytes { try file.writeAll($0[..<Int(count)]) }
                    }
                }
                return String(cString: type)
            }
        }
    }
}
