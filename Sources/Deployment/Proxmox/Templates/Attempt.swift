internal import HostSystem

/// What one try to deploy has made and nobody uses yet.
///
/// A machine is noted before it is asked for: an answer may be lost. It is then known by what its description says, and what
/// is not this try's is left alone.
actor Attempt {
    /// The mark that this try leaves in what it makes.
    nonisolated let run = String.randomHex(digits: 8)
    private let client: ProxmoxClient
    private var machines: [MachinePlace: String] = [:]

    init(client: ProxmoxClient) {
        self.client = client
    }

    /// Notes a machine of this try, or of an earlier one that this one goes on with.
    func owns(_ place: MachinePlace, made run: String? = nil) {
        machines[place] = run ?? self.run
    }

    /// Whether a machine that was noted is really there and this try's.
    func made(_ place: MachinePlace) async throws -> Bool {
        guard try await !client.isFree(place.vmid) else { return false }
        return try await remains(of: place) != nil
    }

    /// Leaves a machine to those who use it, or to others.
    func leaves(_ place: MachinePlace) {
        machines[place] = nil
    }

    /// Destroys a machine of this try.
    func discard(_ place: MachinePlace) async {
        do {
            if try await made(place) { try await client.destroyWhole(place) }
            machines[place] = nil
        } catch {
            client.report("\(place) could not be removed: \(error); the next try removes it")
        }
    }

    /// Destroys all machines of this try.
    func cleanUp() async {
        for place in machines.keys.sorted(by: { $0.vmid > $1.vmid }) { await discard(place) }
    }

    /// The machine, if it is this try's; who asks for it has seen that its number is taken.
    private func remains(of place: MachinePlace) async throws -> Survey.OwnMachine? {
        do {
            guard let machine = try await Survey.own(place, client) else { return nil }
            return machine.record.run == machines[place] ? machine : nil
        } catch let error as ProxmoxError where error.kind == .refused(500) || error.kind == .refused(404) {
            // Another node has that number.
            return nil
        }
    }
}
