internal import HostSystem

/// A lock that we have.
struct HeldLock: Sendable {
    let client: ProxmoxClient
    let place: MachinePlace
    let record: LockRecord

    /// Says again and again that its holder is alive, until it is cancelled or the lock is lost.
    ///
    /// - Throws: ``ProxmoxDeploymentError`` `lockLost`, `CancellationError`.
    func keep() async throws {
        var record = record
        while true {
            try await ContinuousClock().sleep(for: client.patience.lease / 3)
            do {
                let config = try await ownConfig()
                record.beat += 1
                try await client.change(place, [("description", record.text)], since: config)
            } catch let error as ProxmoxError {
                // Whoever waits gives us two more tries.
                client.report("the lock of \(record.subject) could not be renewed: \(error)")
            }
        }
    }

    /// Makes sure that it was not taken for a dead one's meanwhile, before something is done that others must not do too.
    ///
    /// - Throws: ``ProxmoxDeploymentError`` `lockLost`, ``ProxmoxError``.
    func confirm() async throws {
        _ = try await ownConfig()
    }

    /// Gives it up; what cannot be removed is told, and removed by whoever comes next.
    func release() async {
        do {
            guard try await !client.isFree(place.vmid) else { return }
            try await client.waitForLock(on: place)
            _ = try await ownConfig()
            try await client.destroy(place)
        } catch ProxmoxDeploymentError.lockLost {
            return
        } catch let error as ProxmoxError where error.kind == .refused(500) || error.kind == .refused(404) {
            // Another node has that number.
            return
        } catch {
            client.report("\(place), a lock, could not be removed: \(error); the next deployment removes it")
        }
    }

    private func ownConfig() async throws -> MachineConfig {
        do {
            let config = try await client.config(of: place)
            guard LockRecord(config.description, of: place.vmid)?.run == record.run else {
                throw ProxmoxDeploymentError.lockLost(record.subject)
            }
            return config
        } catch let error as ProxmoxError where error.kind == .refused(500) || error.kind == .refused(404) {
            guard try await client.isFree(place.vmid) else { throw error }
            throw ProxmoxDeploymentError.lockLost(record.subject)
        }
    }
}
