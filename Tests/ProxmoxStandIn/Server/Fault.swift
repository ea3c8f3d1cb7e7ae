/// Something that goes wrong, once, at a request.
package enum Fault: Sendable, Hashable {
    /// The node's server goes away: what is connected is cut, and nobody can connect, until ``ProxmoxStandIn/recover()``.
    case refuseConnections
    /// The connection is reset when so many bytes of the request's body have come; before any work is done.
    case reset(afterBytes: Int)
    /// The request is refused with a status and the words of a real server, before any work is done.
    case refuse(status: Int, message: String)
    /// The work is done, and the connection is cut before the answer.
    case loseReply
    /// The work is done, and the answer ends in the middle.
    case truncateReply
    /// There is never an answer.
    case hang
    /// The task that the request starts fails with these words.
    case failTask(String)
    /// The task that the request starts never ends.
    case endlessTask
    /// The node restarts when the work is done: its tasks are gone, its machines stopped; it is back after a while.
    case restartNode(after: Duration)
    /// Somebody fills the storage that the request needs, just before it; ``ProxmoxStandIn/recover()`` frees it.
    case fillStorage
    /// A byte of an upload is another when it reaches the storage.
    case corruptUpload
    /// Somebody takes the VMID that the request is to use, just before it.
    case takeVMID
    /// Somebody gives a machine of theirs the name that the request is to give, just before it.
    case takeName
    /// Somebody makes a linked clone of the template that the request is to delete, just before it.
    case useTemplate

    /// The usual refusal with a status, in the words of a real server.
    package static func status(_ status: Int) -> Fault {
        switch status {
        case 401: .refuse(status: 401, message: "Authentication failed!")
        case 403: .refuse(status: 403, message: "Permission check failed (/, Sys.Audit)")
        case 595: .refuse(status: 595, message: "Connection refused")
        case 596: .refuse(status: 596, message: "Connection timed out")
        default: .refuse(status: status, message: "got no worker upid - start worker failed")
        }
    }
}

/// Which request a fault is for.
package enum FaultPoint: Sendable {
    /// The request so many after the fault was placed; 0 is the next.
    case request(Int)
    /// The next request for a method and path of the vendor's schema, such as `POST /nodes/{node}/qemu`.
    case endpoint(String)
    /// The next request that a closure takes; it sees the parameters of the path, but not those of the body.
    case matching(@Sendable (RecordedRequest) -> Bool)
}
