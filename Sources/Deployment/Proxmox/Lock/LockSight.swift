internal import HostSystem

/// A lock that somebody has.
struct FoundLock: Sendable {
    let place: MachinePlace
    let record: LockRecord
}

/// What somebody who waits for a lock has seen of it so far.
struct LockSight {
    let client: ProxmoxClient
    private var last: LockRecord?
    private var since = ContinuousClock.now
    private var unfinished: [Int: ContinuousClock.Instant] = [:]
    private var isTold = false

    init(client: ProxmoxClient) {
        self.client = client
    }

    /// Whether its holder is no more: its process has ended, or it has said nothing for too long.
    mutating func isDead(_ lock: FoundLock) async throws -> Bool {
        if lock.record.holder?.hasEnded == true { return true }
        if lock.record != last {
            last = lock.record
            since = .now
        }
        return ContinuousClock.now - since >= client.patience.lease
    }

    /// Whether a machine that is being made has been seen so for too long.
    mutating func isOld(_ vmid: Int) -> Bool {
        let first = unfinished[vmid] ?? .now
        unfinished[vmid] = first
        return ContinuousClock.now - first >= client.patience.lease
    }

    /// Tells once whom it is waited for.
    mutating func tell(_ lock: FoundLock) {
        guard !isTold else { return }
        isTold = true
        client.report("waiting for another deployment of \(lock.record.subject), from \(lock.record.host)")
    }

    /// Removes the lock of a dead holder; that others were faster is no matter.
    func bury(_ lock: FoundLock) async {
        client.report(
            "\(lock.place) is the lock of a deployment from \(lock.record.host) that was broken off; it is removed")
        do {
            try await client.destroyWhole(lock.place)
        } catch {
            client.report("\(lock.place) could not be removed: \(error)")
        }
    }
}
