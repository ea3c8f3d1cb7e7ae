internal import Foundation
package import SystemPackage

/// The account that QEMU runs as.
///
/// The factory started by root lets QEMU run as `libvirt-qemu`, an account without rights; started by anybody else, as
/// the same user.
package struct QEMUUser: Sendable, Equatable {
    /// The account's name.
    package let name: String
    /// The name of its main group.
    package let group: String
    private let userID: uid_t
    private let groupID: gid_t

    /// The account for this process; nil if root has no `libvirt-qemu` to hand QEMU to.
    package static func current() -> QEMUUser? {
        guard geteuid() == 0 else {
            return QEMUUser(userID: geteuid(), groupID: getegid())
        }
        guard let entry = getpwnam("libvirt-qemu") else { return nil }
        return QEMUUser(userID: entry.pointee.pw_uid, groupID: entry.pointee.pw_gid)
    }

    private init(userID: uid_t, groupID: gid_t) {
        name = getpwuid(userID).map { String(cString: $0.pointee.pw_name) } ?? "\(userID)"
        group = getgrgid(groupID).map { String(cString: $0.pointee.gr_name) } ?? "\(groupID)"
        self.userID = userID
        self.groupID = groupID
    }

    /// The account as libvirt's security labels name it.
    var label: String { "+\(userID):+\(groupID)" }

    /// Hands a file or folder to the account, so that QEMU may write it.
    package func own(_ path: FilePath) throws {
        guard chown(path.string, userID, groupID) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Takes a file back.
    package func release(_ path: FilePath) throws {
        guard chown(path.string, geteuid(), getegid()) == 0 else { throw Errno(rawValue: errno) }
    }

    /// The first folder on the way to `path`, or the file itself, that the account may not enter or read; nil if all is
    /// open to it.
    package func obstacle(to path: FilePath) -> FilePath? {
        var step = FilePath("/")
        for component in path.components {
            step.append(component)
            guard userID == geteuid() ? isOpen(step) : permits(step) else { return step }
        }
        return nil
    }

    private func isOpen(_ path: FilePath) -> Bool {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return false }
        return access(path.string, status.st_mode & S_IFMT == S_IFDIR ? X_OK : R_OK) == 0
    }

    private func permits(_ path: FilePath) -> Bool {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return false }
        let wanted = mode_t(status.st_mode & S_IFMT == S_IFDIR ? S_IXOTH : S_IROTH)
        if status.st_uid == userID { return status.st_mode & (wanted << 6) != 0 }
        if status.st_gid == groupID { return status.st_mode & (wanted << 3) != 0 }
        return status.st_mode & wanted != 0
    }
}
