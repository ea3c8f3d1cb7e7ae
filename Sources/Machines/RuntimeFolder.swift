internal import Glibc
internal import HostSystem
package import SystemPackage

/// The folder of a process's sockets, seed disks and embedded libvirt root.
///
/// It lies in memory and has a short path: a UNIX socket's path holds 107 bytes, and libvirt appends to it.
package struct RuntimeFolder: Sendable {
    /// The folder itself.
    package let path: FilePath

    /// The embedded driver's root (`qemu:///embed?root=…`).
    package var libvirtRoot: FilePath { path.appending("l") }

    /// Makes a new folder: `/run/imagefactory/XXXXXXXX` for root, else `$XDG_RUNTIME_DIR/if/XXXXXXXX`, else
    /// `/tmp/if-UID/XXXXXXXX`.
    ///
    /// - Parameter note: Is told the folder before it is there.
    package static func make(
        environment: [String: String], note: (RuntimeFolder) throws -> Void = { _ in }
    ) throws -> RuntimeFolder {
        let parent = parent(environment: environment)
        try parent.createFolder()
        // In /tmp anybody could have made it first, and could then exchange what is in it.
        var status = stat()
        guard lstat(parent.string, &status) == 0 else { throw Errno(rawValue: errno) }
        guard status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFDIR else {
            throw RuntimeFolderError(path: parent)
        }
        let folder = RuntimeFolder(path: parent.appending(String.randomHex(digits: 8)))
        try note(folder)
        // Whoever can reach an agent's socket is root in that guest.
        try folder.path.createFolder(mode: .privateFolder)
        return folder
    }

    /// A folder that an earlier process made.
    package init(path: FilePath) {
        self.path = path
    }

    /// A socket's path inside the folder.
    package func socket(_ name: String) -> FilePath {
        path.appending("\(name).s")
    }

    /// Removes the folder and all that is in it.
    package func remove() throws {
        try path.remove()
    }

    private static func parent(environment: [String: String]) -> FilePath {
        if geteuid() == 0 { return "/run/imagefactory" }
        if let runtime = environment["XDG_RUNTIME_DIR"], !runtime.isEmpty, access(runtime, W_OK) == 0 {
            return FilePath(runtime).appending("if")
        }
        return FilePath("/tmp/if-\(geteuid())")
    }
}

/// A folder for runtime files that belongs to somebody else.
package struct RuntimeFolderError: Error, CustomStringConvertible {
    /// The folder.
    package let path: FilePath

    package var description: String { "\(path) belongs to another user; set XDG_RUNTIME_DIR to a folder of your own" }
}
