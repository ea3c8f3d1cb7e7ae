/// The name of a task, which also tells the node that it runs on.
///
/// ```
/// UPID:NODE:PID:PSTART:STARTTIME:TYPE:ID:USER:
/// ```
struct UPID: Sendable, Hashable, CustomStringConvertible {
    /// The whole name.
    let description: String
    /// The node to ask about it.
    let node: String
    /// What kind of work it is: `qmcreate`, `imgcopy`.
    let type: String

    /// Reads a name; nil for anything else.
    init?(_ text: String) {
        let pattern =
            /UPID:([A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?):[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8}:([^:\s]+):([^:\s]*):([^:\s]+):/
        guard text.utf8.count <= 512, let match = text.wholeMatch(of: pattern) else { return nil }
        description = text
        node = String(match.1)
        type = String(match.2)
    }
}
