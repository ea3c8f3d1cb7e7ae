internal import Foundation
package import HostSystem
package import SystemPackage

extension FilePath {
    /// The room left for this user on the file system that the path, or its nearest existing parent, lies on.
    package func freeSpace() throws -> ByteCount {
        var status = statvfs()
        guard statvfs(nearestExisting.string, &status) == 0 else { throw Errno(rawValue: errno) }
        return ByteCount(Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize)))
    }

    /// Whether this path and another one, or their nearest existing parents, lie on one file system.
    package func sharesFileSystem(with other: FilePath) throws -> Bool {
        try nearestExisting.stat().deviceID == other.nearestExisting.stat().deviceID
    }

    private var nearestExisting: FilePath {
        var path = self
        while !path.exists, path.components.count > 0 { path.removeLastComponent() }
        return path
    }
}
