internal import HostSystem
internal import SystemPackage

/// Runs programs on the host that has the pool: on this one, or by ssh on another.
package struct HostShell: Sendable {
    /// The other host; nil for this one.
    package let address: SSHAddress?

    /// The host at an address; nil for this one.
    package init(_ address: SSHAddress?) {
        self.address = address
    }

    /// What a short command may take.
    static let usualDeadline: Duration = .seconds(120)
    /// What a transfer may take: a day. An ssh whose other end is silent ends by itself after a minute.
    static let transferDeadline: Duration = .seconds(24 * 3600)

    /// How it is called, for people.
    package var name: String { address.map { "\($0)" } ?? "this host" }

    /// The program of this host that runs a command there.
    func call(_ words: [String]) -> (name: String, arguments: [String]) {
        guard let address else { return ("sh", ["-c", Self.preparation + "exec \"$@\"", "sh"] + words) }
        return ("ssh", address.arguments(Self.preparation + "exec " + ShellText.quoted(words)))
    }

    /// Not every account that may use a pool has its programs on `PATH`, and what they say is read.
    private static let preparation = "export LC_ALL=C PATH=\"$PATH:/usr/local/sbin:/usr/sbin:/sbin\"; "

    /// Runs a command to its end.
    ///
    /// - Throws: ``ZFSError``.
    @discardableResult
    func run(_ words: [String], deadline: Duration = usualDeadline) async throws -> ProgramOutput {
        let call = call(words)
        return try await explained(words) { try await Program.run(call.name, call.arguments, deadline: deadline) }
    }

    /// Runs a command to its end that reads what `feed` writes.
    ///
    /// - Throws: ``ZFSError``, and what `feed` throws.
    func run(
        _ words: [String], feeding feed: @escaping @Sendable (FileDescriptor, @Sendable () -> Bool) throws -> Void
    ) async throws -> ProgramOutput {
        let call = call(words)
        return try await explained(words) {
            try await Program.run(call.name, call.arguments, deadline: Self.transferDeadline, feeding: feed)
        }
    }

    private func explained<Result>(_ words: [String], _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch ProgramError.failed(_, let status, let message) {
            throw ZFSError(failed: words, on: self, status: status, message: message)
        }
    }
}
