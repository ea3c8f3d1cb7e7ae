package import ProxmoxStandIn
internal import Synchronization

extension FaultPoint {
    /// The request so many after now, counted from 1, of those that `isMeant` takes; for one use.
    package static func occurrence(
        _ number: Int, where isMeant: @escaping @Sendable (RecordedRequest) -> Bool
    ) -> FaultPoint {
        let count = Mutex(0)
        return .matching { request in
            guard isMeant(request) else { return false }
            return count.withLock { count in
                count += 1
                return count == number
            }
        }
    }

    /// The same for a method and path of the vendor's schema.
    package static func occurrence(_ number: Int, of endpoint: String) -> FaultPoint {
        occurrence(number) { $0.endpoint == endpoint }
    }

    /// The request for the machine that becomes a template; the first one is for the lock's.
    package static var creation: FaultPoint { .occurrence(2, of: "POST /nodes/{node}/qemu") }
}
