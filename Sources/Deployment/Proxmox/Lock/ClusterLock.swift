internal import Foundation
internal import HostSystem

/// Has one deployment at a time work on something in a cluster, from whichever hosts they are started.
///
/// A lock is a machine without disks, which the cluster makes only once: its number follows from what is locked. Its holder
/// says in its description, again and again, that it is alive. Whoever waits and sees no news there for a while takes the
/// holder for dead and removes the machine, by its own clock alone; of a process of the same host it can be seen at once.
struct ClusterLock: Sendable {
    let client: ProxmoxClient
    /// What is locked: `template-web`.
    let subject: String
    /// Where the machine is made.
    let node: String
    /// The pool that it belongs to, where the token has its rights; nil for none.
    let pool: String?

    /// How many numbers after the first may be others' machines.
    private static let slots = 16

    /// Waits for the lock, and has it while `body` runs. A lock that is lost cancels `body`.
    ///
    /// - Throws: ``ProxmoxDeploymentError`` `busy` and `lockLost`, ``ProxmoxError``, and what `body` throws.
    func hold<Result: Sendable>(
        _ body: @escaping @Sendable (HeldLock) async throws -> Result
    ) async throws -> Result {
        let held = try await acquire()
        return try await withCleanup {
            try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask { try await body(held) }
                group.addTask {
                    try await held.keep()
                    return nil
                }
                defer { group.cancelAll() }
                while let next = try await group.next() {
                    if let next { return next }
                }
                throw CancellationError()
            }
        } cleanup: {
            await held.release()
        }
    }

    /// Whether somebody has it now, be it a dead one.
    func isTaken() async throws -> Bool {
        var sight = LockSight(client: client)
        if case .free = try await slot(&sight) { return false }
        return true
    }

    private func acquire() async throws -> HeldLock {
        var sight = LockSight(client: client)
        let end = ContinuousClock.now + client.patience.turn
        while true {
            switch try await slot(&sight) {
            case .free(let vmid):
                if let held = try await take(vmid) { return held }
                continue
            case .taken(let lock) where try await sight.isDead(lock):
                await sight.bury(lock)
                continue
            case .taken(let lock):
                sight.tell(lock)
                guard ContinuousClock.now < end else {
                    throw ProxmoxDeploymentError.busy(subject, host: lock.record.host, lock.place)
                }
            case .pending: break
            }
            try await ContinuousClock().sleep(for: client.patience.interval)
        }
    }

    /// What stands where the lock would.
    private enum Slot {
        /// Nobody has it, and this is the number to make the machine under.
        case free(Int)
        /// Somebody has it.
        case taken(FoundLock)
        /// Somebody is about to have it, or a stranger makes a machine there.
        case pending
    }

    /// The numbers that may stand for it; all of them are above those that clusters give by themselves.
    private var numbers: [Int] {
        let digits = Digest.of(subject).hex.prefix(8)
        let base = 900_000_000 + (Int(digits, radix: 16) ?? 0) % 99_000_000
        return (0..<Self.slots).map { base + $0 }
    }

    /// The first of the numbers that is not a stranger's.
    private func slot(_ sight: inout LockSight) async throws -> Slot {
        for vmid in numbers {
            if try await client.isFree(vmid) { return .free(vmid) }
            guard let place = try await client.place(of: vmid), let config = try await client.configIfThere(of: place)
            else {
                return .pending
            }
            if let record = LockRecord(config.description, of: vmid), record.subject == subject {
                return .taken(FoundLock(place: place, record: record))
            }
            // A machine that is being made says only at the end what it is; one that never gets there is a stranger's.
            if config.lock == "create", !sight.isOld(vmid) { return .pending }
        }
        throw ProxmoxDeploymentError.noLock(subject, numbers[0]...numbers[Self.slots - 1])
    }

    /// Makes the machine; nil where somebody else was faster.
    private func take(_ vmid: Int) async throws -> HeldLock? {
        let place = MachinePlace(node: node, vmid: vmid)
        let record = LockRecord(
            vmid: vmid, subject: subject, run: String.randomHex(digits: 8), holder: ProcessIdentity.current,
            host: TerminalText.plain(ProcessInfo.processInfo.hostName))
        let held = HeldLock(client: client, place: place, record: record)
        let settings = [
            ("vmid", "\(vmid)"), ("name", "imagefactory-lock"), ("description", record.text),
            ("tags", ProxmoxTag.replacing([], by: ProxmoxTag.lock)),
        ]
        do {
            try await client.finish(
                try await client.post(["nodes", node, "qemu"], settings + (pool.map { [("pool", $0)] } ?? [])))
            return held
        } catch {
            // The answer may have been lost; and then nobody would remove it for a while.
            await Task { await held.release() }.value
            guard let error = error as? ProxmoxError, error.mayBeRace, try await !client.isFree(vmid) else {
                throw error
            }
            return nil
        }
    }
}

extension ProxmoxError {
    /// Whether somebody else may have taken a number just before.
    fileprivate var mayBeRace: Bool {
        switch kind {
        case .refused(400), .refused(500), .task: true
        default: false
        }
    }
}
