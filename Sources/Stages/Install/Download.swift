internal import HostSystem
internal import SystemPackage

/// A file on its way from an http server into the cache, by curl: it goes on where an earlier attempt stopped.
struct Download {
    private static let deadline: Duration = .seconds(6 * 3600)

    let url: String
    let target: FilePath

    /// Fetches the file if the cache lacks it; it gets its name when it is complete.
    func run(report: @Sendable (String) -> Void) async throws -> FilePath {
        guard !target.exists else { return target }
        try target.removingLastComponent().createFolder()
        let lock = try await lock(report: report)
        defer { withExtendedLifetime(lock) {} }
        guard !target.exists else { return target }
        report("fetching \(url)")
        do {
            try await Program.run(
                "curl",
                [
                    "--fail", "--location", "--silent", "--show-error", "--proto", "=http,https", "--proto-redir",
                    "=http,https", "--retry", "5", "--retry-connrefused", "--continue-at", "-", "--output",
                    partial.string,
                    "--", url,
                ], deadline: Self.deadline)
        } catch let error as ProgramError {
            throw MediumError.unreachable(url: url, message: "\(error)")
        }
        try await offloaded { _ in try partial.sync() }
        try partial.rename(to: target)
        return target
    }

    /// Takes the file out of the cache if its digest is `wrong`, so that it is fetched from its beginning: meanwhile
    /// another process may have fetched it.
    func discard(_ wrong: Digest, report: @Sendable (String) -> Void) async throws {
        let lock = try await lock(report: report)
        defer { withExtendedLifetime(lock) {} }
        guard target.exists, try await Digest.of(file: target) == wrong else { return }
        for file in [partial, target] { try file.remove() }
    }

    private var partial: FilePath { FilePath(target.string + ".partial") }

    private func lock(report: @Sendable (String) -> Void) async throws -> FileLock {
        try await FileLock.acquire(
            at: FilePath(target.string + ".lock"), deadline: Self.deadline,
            onWait: { report("another process fetches it; waiting") })
    }
}
