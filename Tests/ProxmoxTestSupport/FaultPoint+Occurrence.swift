package import ProxmoxStandIn
internal import Synchronization

extension FaultPoint {
    /// The request so many after now, counted from 1, for a method and path of the vendor's schema; for one use.
    package static func occurrence(_ number: Int, of endpoint: String) -> FaultPoint {
        let count = Mutex(0)
        return .matching { request in
            guard request.endpoint == endpoint else { return false }
            return count.withLock { count in
                count += 1
                return count == number
            }
        }
    }

    /// The request for the machine that becomes a template; the first one is for the lock's.
    package static var creation: FaultPoint { .occurrence(2, of: "POST /nodes/{node}/qemu") }
}
