internal import Foundation
package import HostSystem
package import SystemPackage

/// libguestfs's `guestfish`, which reads disks in a small machine of its own.
package enum Guestfish {
    /// How the folders in /tmp begin that hold its sockets and scratch files.
    package static let scratchPrefix = "if-guestfish"

    /// Runs it to its end; whatever it makes for itself is gone then, also if it is killed.
    ///
    /// - Parameters:
    ///   - input: Commands, beside those in the arguments.
    ///   - accelerator: What runs the small machine.
    ///   - log: A file that what it says is appended to.
    @discardableResult
    package static func run(
        _ arguments: [String], input: [UInt8] = [], accelerator: Accelerator, deadline: Duration,
        log: FilePath? = nil
    ) async throws -> ProgramOutput {
        // The path of a socket must be short.
        try await withScratchFolder(in: "/tmp", prefix: scratchPrefix) { folder in
            let isOwn = ownsTemporaryFolder(for: arguments)
            let scratch = isOwn ? "/tmp" : folder.string
            var environment = [
                "LIBGUESTFS_BACKEND": "direct", "LIBGUESTFS_TMPDIR": scratch, "XDG_RUNTIME_DIR": scratch,
            ]
            if accelerator == .tcg { environment["LIBGUESTFS_BACKEND_SETTINGS"] = "force_tcg" }
            let command = (isOwn ? withTemporaryFolder(folder) : []) + ["guestfish"]
            return try await Program.run(
                command[0], command.dropFirst() + arguments, input: input, environment: environment,
                deadline: deadline, log: log)
        }
    }

    /// Whether it gets a /tmp of its own. As root, libguestfs makes a folder there whatever it is told, and leaves it when it
    /// is killed. A disk that lies in /tmp must stay visible.
    private static func ownsTemporaryFolder(for arguments: [String]) -> Bool {
        geteuid() == 0 && mayMount && !arguments.contains { $0.hasPrefix("/tmp/") }
    }

    /// Runs a program for which `folder` is /tmp, and for no other (`unshare(1)`).
    private static func withTemporaryFolder(_ folder: FilePath) -> [String] {
        ["unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /tmp && exec \"$@\"", folder.string]
    }

    /// Whether this process has `CAP_SYS_ADMIN`, which root in a container may lack (`capabilities(7)`).
    private static let mayMount: Bool = {
        let status = (try? FilePath("/proc/self/status").readText()) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let set = line.flatMap { UInt64($0.dropFirst("CapEff:".count).trimmingCharacters(in: .whitespaces), radix: 16) }
        return (set ?? 0) >> 21 & 1 == 1
    }()
}
