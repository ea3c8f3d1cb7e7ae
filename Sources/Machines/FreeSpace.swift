internal import Foundation
package import HostSystem
package import SystemPackage

extension FilePath {
    /// The room left for this user on the file system that the path, or its nearest existing parent, lies on.
    package func freeSpace() throws -> ByteCount {
        var path = self
        while !path.exists, path.components.count > 0 { path.removeLastComponent() }
        var status = statvfs()
        guard statvfs(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
        return ByteCount(Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize)))
    }
}
