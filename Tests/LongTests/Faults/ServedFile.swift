import HostSystem
import SystemPackage

/// A file whose bytes come from a server (nbdkit) that can be made to fail, or to stop, while somebody reads.
struct ServedFile: Sendable {
    /// Where it is to be read.
    let path: FilePath
    private let trigger: FilePath

    /// Lends the bytes of `file` under a path in `folder`, through a filter of the server's.
    ///
    /// - Parameter filter: The filter with its settings; `TRIGGER` in them stands for a file that is made by ``pull()``.
    static func with<Result: Sendable>(
        _ file: FilePath, in folder: FilePath, filter: [String], _ body: (ServedFile) async throws -> Result
    ) async throws -> Result {
        for name in ["nbdkit", "nbdfuse"] where await Program.path(of: name) == nil {
            throw FaultImpossible("\(name) is not installed")
        }
        // The bytes are mounted over a file: a folder of the server's has no mode that lets others in.
        let served = ServedFile(path: folder.appending("served.iso"), trigger: folder.appending("trigger"))
        try served.path.write("".utf8)
        let settings = filter.dropFirst().map { $0.replacing("TRIGGER", with: served.trigger.string) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try? await Program.run(
                    "nbdfuse",
                    [
                        "--readonly", "-o", "allow_other", served.path.string, "--command", "nbdkit", "-s",
                        "--exit-with-parent", "--filter=\(filter[0])", "file", file.string,
                    ] + settings, deadline: .seconds(600))
            }
            defer { group.cancelAll() }
            _ = try await poll(every: .milliseconds(50), deadline: .seconds(20), for: "the served file") {
                try served.path.fileSize().bytes > 0 ? true : nil
            }
            return try await body(served)
        }
    }

    /// Lets the filter work from now on.
    func pull() throws {
        try trigger.write("".utf8)
    }
}
