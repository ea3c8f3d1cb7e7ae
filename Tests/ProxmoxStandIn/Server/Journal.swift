internal import Synchronization

/// What came, what was wrong with it, and what is to go wrong.
final class Journal: Sendable {
    private struct PlacedFault {
        let id: Int
        let point: FaultPoint
        let fault: Fault
        /// How many requests had come when it was placed.
        let base: Int
    }

    private struct State {
        var requests: [RecordedRequest] = []
        var violations: [Violation] = []
        var faults: [PlacedFault] = []
        var fired: Set<Int> = []
        var nextFault = 0
        var receivedBytes = 0
    }

    private let state = Mutex(State())

    /// Every request, in the order in which their heads came.
    var requests: [RecordedRequest] { state.withLock { $0.requests } }

    /// Everything that was wrong.
    var violations: [Violation] { state.withLock { $0.violations } }

    /// How many bytes came through the encryption.
    var receivedBytes: Int { state.withLock { $0.receivedBytes } }

    /// Counts bytes that came through the encryption.
    func count(receivedBytes: Int) {
        state.withLock { $0.receivedBytes += receivedBytes }
    }

    /// Notes a request whose head has come; gives the fault that is for it.
    func open(node: String, method: String, path: String, endpoint: String?, names: [String: String])
        -> (index: Int, fault: Fault?)
    {
        state.withLock { state in
            let request = RecordedRequest(
                index: state.requests.count, node: node, method: method, path: path, endpoint: endpoint,
                parameters: names.mapValues { .string($0) }, isAuthenticated: false, status: nil)
            state.requests.append(request)
            let hit = state.faults.firstIndex { placed in
                switch placed.point {
                case .request(let number): request.index == placed.base + number
                case .endpoint(let name): endpoint == name
                case .matching(let matches): matches(request)
                }
            }
            guard let hit else { return (request.index, nil) }
            let placed = state.faults.remove(at: hit)
            state.fired.insert(placed.id)
            return (request.index, placed.fault)
        }
    }

    /// Completes what is known of a request.
    func amend(_ index: Int, _ change: (inout RecordedRequest) -> Void) {
        state.withLock { change(&$0.requests[index]) }
    }

    /// Notes something wrong.
    func report(_ kind: Violation.Kind, _ message: String, request: Int?) {
        state.withLock { $0.violations.append(Violation(kind: kind, request: request, message: message)) }
    }

    /// Places a fault; gives the number to ask for it by.
    func place(_ fault: Fault, at point: FaultPoint) -> Int {
        state.withLock { state in
            state.nextFault += 1
            state.faults.append(
                PlacedFault(id: state.nextFault, point: point, fault: fault, base: state.requests.count))
            return state.nextFault
        }
    }

    /// Whether a fault has met its request.
    func hasFired(_ id: Int) -> Bool {
        state.withLock { $0.fired.contains(id) }
    }

    /// Takes a fault away that has not met its request.
    func remove(_ id: Int) {
        state.withLock { $0.faults.removeAll { $0.id == id } }
    }

    /// Whether a refusal of connections is due for the request that comes next.
    func takeRefusalOfNext() -> Bool {
        state.withLock { state in
            let next = state.requests.count
            let due = state.faults.firstIndex { placed in
                if placed.fault == .refuseConnections, case .request(let number) = placed.point {
                    placed.base + number == next
                } else {
                    false
                }
            }
            guard let due else { return false }
            state.fired.insert(state.faults.remove(at: due).id)
            return true
        }
    }
}
