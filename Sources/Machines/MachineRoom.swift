internal import HostSystem
package import Logging

/// Opens a hypervisor when the first machine is wanted, and closes it at the end of its scope.
///
/// A build whose results are all stored opens none.
package actor MachineRoom {
    private let settings: HypervisorSettings
    private let logger: Logger
    private let note: @Sendable (RuntimeFolder) throws -> Void
    private var opening: Task<Hypervisor, any Error>?

    private init(
        settings: HypervisorSettings, logger: Logger, note: @escaping @Sendable (RuntimeFolder) throws -> Void
    ) {
        self.settings = settings
        self.logger = logger
        self.note = note
    }

    /// Lends a room to `body`.
    ///
    /// - Parameter note: Is told the runtime folder before anything is in it.
    package static func with<Result>(
        _ settings: HypervisorSettings, logger: Logger, note: @escaping @Sendable (RuntimeFolder) throws -> Void,
        _ body: (MachineRoom) async throws -> Result
    ) async throws -> Result {
        let room = MachineRoom(settings: settings, logger: logger, note: note)
        return try await withCleanup {
            try await body(room)
        } cleanup: {
            await room.close()
        }
    }

    /// The hypervisor, opened by the first who asks.
    package func hypervisor() async throws -> Hypervisor {
        if let opening { return try await opening.value }
        let task = Task { [settings, logger, note] in
            try await Hypervisor.open(settings, logger: logger, note: note)
        }
        opening = task
        return try await task.value
    }

    private func close() async {
        guard let hypervisor = try? await opening?.value else { return }
        hypervisor.close()
    }
}
