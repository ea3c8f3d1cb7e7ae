/// Makes machines under free numbers.
///
/// Nothing reserves a number: somebody else may take it before we do. Then another one is tried.
struct MachineNumbers: Sendable {
    let client: ProxmoxClient
    let attempt: Attempt
    /// The numbers that may be used; nil for what the cluster gives.
    let range: ClosedRange<Int>?

    /// How many numbers are tried.
    private static let attempts = 5

    /// Makes a machine.
    ///
    /// - Parameters:
    ///   - node: Where it will be.
    ///   - make: Asks for it, and gives the task.
    func make(on node: String, _ make: (Int) async throws -> String) async throws -> MachinePlace {
        var taken: Set<Int> = []
        for _ in 0..<Self.attempts {
            let place = MachinePlace(node: node, vmid: try await number(besides: taken))
            await attempt.owns(place)
            do {
                try await client.finish(try await make(place.vmid))
                return place
            } catch let error as ProxmoxError {
                guard try await isOthers(place, error) else { throw error }
                await attempt.leaves(place)
                taken.insert(place.vmid)
                client.report("\(place.vmid) was taken by somebody else; trying another number")
            }
        }
        throw ProxmoxDeploymentError.race(attempts: Self.attempts)
    }

    /// Whether the reason for a failure is that somebody else has the number.
    private func isOthers(_ place: MachinePlace, _ error: ProxmoxError) async throws -> Bool {
        switch error.kind {
        case .refused(400), .refused(500), .task:
            guard try await !client.isFree(place.vmid) else { return false }
            return try await !attempt.made(place)
        default: return false
        }
    }

    private func number(besides taken: Set<Int>) async throws -> Int {
        guard let range else { return try await client.nextID() }
        for vmid in range where !taken.contains(vmid) {
            if try await client.isFree(vmid) { return vmid }
        }
        throw ProxmoxDeploymentError.noNumber(range)
    }
}
