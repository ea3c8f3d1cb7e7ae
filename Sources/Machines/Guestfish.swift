package import HostSystem
package import SystemPackage

/// libguestfs's `guestfish`, which reads disks in a small machine of its own.
package enum Guestfish {
    /// How the folders in /tmp begin that hold its sockets and scratch files.
    package static let scratchPrefix = "if-guestfish"

    /// Runs it to its end; whatever it makes for itself is gone then.
    ///
    /// - Parameters:
    ///   - input: Commands, beside those in the arguments.
    ///   - accelerator: What runs the small machine.
    ///   - yields: Whether other machines of a build, which take longer, go first where processors are few.
    ///   - log: A file that what it says is appended to.
    @discardableResult
    package static func run(
        _ arguments: [String], input: [UInt8] = [], accelerator: Accelerator, yields: Bool = false,
        deadline: Duration, log: FilePath? = nil
    ) async throws -> ProgramOutput {
        // The path of a socket must be short.
        try await withScratchFolder(in: "/tmp", prefix: scratchPrefix) { folder in
            var environment = [
                "LIBGUESTFS_BACKEND": "direct", "LIBGUESTFS_TMPDIR": folder.string, "XDG_RUNTIME_DIR": folder.string,
            ]
            if accelerator == .tcg { environment["LIBGUESTFS_BACKEND_SETTINGS"] = "force_tcg" }
            let command = yields ? ["nice", "-n", "5", "guestfish"] : ["guestfish"]
            return try await Program.run(
                command[0], command.dropFirst() + arguments, input: input, environment: environment,
                deadline: deadline, log: log)
        }
    }
}
