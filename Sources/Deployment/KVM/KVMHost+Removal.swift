internal import GuestAgent
internal import HostSystem
internal import Libvirt
internal import Machines

extension KVMHost {
    private static let agentDeadline: Duration = .seconds(2)
    private static let makingDeadline: Duration = .seconds(600)

    /// Removes machines: first each is marked as of no use, then the guests end at the same time, then volumes go, and each
    /// definition last.
    package func remove(_ machines: [KVMMachine]) async throws {
        for machine in machines {
            var record = machine.record
            record.state = .incomplete
            try await note(record, in: machine.domain)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for machine in machines where machine.isRunning {
                group.addTask { try await shutDown(machine.domain) }
            }
            try await group.waitForAll()
        }
        for machine in machines {
            try Task.checkCancellation()
            try await discard(machine)
        }
    }

    /// Asks a guest to end, by its agent and by the power button: many guests listen to one of them alone.
    ///
    /// - Throws: `CancellationError` alone: a guest that does not end is no error.
    func shutDown(_ domain: Domain) async throws {
        try? await Agent(channel: DomainAgentChannel(domain: domain)).shutdown(deadline: Self.agentDeadline)
        try? await domain.pressPowerButton()
        try await waitForEnd(of: domain)
    }

    /// Waits until a guest that was asked to end does, or has had its time.
    ///
    /// - Throws: `CancellationError` alone.
    func waitForEnd(of domain: Domain) async throws {
        do {
            _ = try await poll(every: .milliseconds(250), deadline: shutdownDeadline, for: domain.name) {
                try await domain.isActive() ? nil : true
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            // A guest that does not end is no reason to wait for ever.
            report("\(domain.name) is switched off: \(error)")
        }
    }

    /// Removes a volume, which libvirt may still be making for a process that is gone.
    func delete(_ name: String, of pool: StoragePool) async throws {
        guard let volume = try await pool.volume(named: name) else { return }
        _ = try await poll(every: .milliseconds(100), deadline: Self.makingDeadline, for: "the volume \(name)") {
            do {
                try await volume.delete()
                return true
            } catch let error as LibvirtError where error.code == .operationInvalid {
                return nil
            }
        }
    }

    private func discard(_ machine: KVMMachine) async throws {
        try await machine.domain.destroy()
        let record = machine.record
        let isReal = record.edition.shape.executor != .test
        if isReal {
            try await store(of: record.edition.shape)?.removeDisk(of: record.owner)
            let pool = try await pool(record.edition.shape.pool)
            let copies = DiskCopy.volumes(
                of: record.owner.name, among: try await volumes(in: record.edition.shape.pool))
            for name in [record.disk, record.seed] + copies { try await delete(name, of: pool) }
        }
        try await machine.domain.undefine(hasVariables: isReal)
        report("removed \(record.name)")
    }
}
