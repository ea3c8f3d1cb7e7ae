package import SystemPackage

/// Runs `body`, then `cleanup`, however `body` ended and even when the task is cancelled.
///
/// The clean-up runs in a task of its own, so that its waits do not fail at once in a cancelled task.
package func withCleanup<Result>(
    _ body: () async throws -> Result,
    cleanup: @escaping @Sendable () async -> Void
) async throws -> Result {
    let result: Result
    do {
        result = try await body()
    } catch {
        await Task { await cleanup() }.value
        throw error
    }
    await Task { await cleanup() }.value
    return result
}

/// Lends a fresh folder `PREFIX-XXXXXXXX` inside `parent`, readable by its owner alone, and removes it afterwards.
///
/// It is a ``Temporary``, so that what a killed process leaves of it can be found. Programs that run in `body` know that
/// they run for it.
package func withScratchFolder<Result>(
    in parent: FilePath,
    prefix: String,
    _ body: (FilePath) async throws -> Result
) async throws -> Result {
    try parent.createFolder()
    let (folder, lock) = try Temporary.makeFolder(in: parent, prefix: prefix)
    return try await withCleanup {
        try await Program.$owners.withValue(Program.owners + [folder]) { try await body(folder) }
    } cleanup: {
        try? folder.remove()
        withExtendedLifetime(lock) {}
    }
}

extension String {
    /// `digits` random hexadecimal digits from the system's random source.
    package static func randomHex(digits: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<digits).reduce(into: "") { text, _ in
            text += String(Int.random(in: 0..<16, using: &generator), radix: 16)
        }
    }
}
