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
        await withTaskGroup(of: Void.self) { group in
            for machine in machines where machine.view.condition == .healthy {
                group.addTask { await shutDown(machine.domain) }
            }
        }
        for machine in machines { try await discard(machine) }
    }

    /// Asks a guest to end, by its agent and by the power button: many guests listen to one of them alone.
    func shutDown(_ domain: Domain) async {
        try? await Agent(channel: DomainAgentChannel(domain: domain)).shutdown(deadline: Self.agentDeadline)
        try? await domain.pressPowerButton()
        do {
            _ = try await poll(every: .milliseconds(250), deadline: shutdownDeadline, for: domain.name) {
                try await domain.isActive() ? nil : true
            }
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
            let copies = try await copies(of: record).values
            for name in [record.disk, record.seed] + copies { try await delete(name, of: pool) }
        }
        try await machine.domain.undefine(hasVariables: isReal)
        report("removed \(record.name)")
    }
}
