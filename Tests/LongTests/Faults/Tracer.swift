import HostSystem

/// A tracer that lets a process's calls of the kernel fail.
enum Tracer {
    /// The calls by which QEMU writes to its disks.
    static let writes = "pwrite64,pwritev,pwritev2"
    /// The calls by which QEMU reads from its disks.
    static let reads = "pread64,preadv,preadv2"

    /// Lets `calls` of all threads of a process fail with `error`, until the process ends or the task is cancelled.
    static func fail(_ calls: String, of process: Int32, with error: String) async throws {
        try await inject("error=\(error)", into: calls, of: process)
    }

    /// Holds `calls` of all threads of a process back, until the process ends or the task is cancelled.
    static func hold(_ calls: String, of process: Int32) async throws {
        try await inject("delay_enter=600s", into: calls, of: process)
    }

    private static func inject(_ fault: String, into calls: String, of process: Int32) async throws {
        guard await Program.path(of: "strace") != nil else { throw FaultImpossible("strace is not installed") }
        try await Program.run(
            "strace",
            [
                "--quiet=all", "-f", "--output=/dev/null", "--trace=\(calls)", "--inject=\(calls):\(fault)",
                "--attach=\(process)",
            ], deadline: .seconds(300))
    }
}
