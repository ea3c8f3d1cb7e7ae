/// Why a request to a cluster did not do what it was for.
package struct ProxmoxError: Error, CustomStringConvertible {
    /// What went wrong; nobody has to read the words to know.
    package enum Kind: Sendable, Equatable {
        /// There was no connection, so that nothing was asked for.
        case unreachable
        /// The server showed another certificate than it must, so that nothing was asked for.
        case certificate(CertificateProblem)
        /// The connection ended without an answer: whether it was done is not known.
        case interrupted
        /// There was no answer in time: whether it was done is not known.
        case silent
        /// The answer is none that this API gives.
        case malformed
        /// The server refused, with this status.
        case refused(Int)
        /// The task failed.
        case task
        /// The task did not end in time.
        case endless
    }

    /// What is wrong with a certificate.
    package enum CertificateProblem: Sendable, Equatable {
        /// It is not the one that was named.
        case fingerprint
        /// Its time is over.
        case expired
        /// Its time has not begun.
        case early
        /// It is for another host.
        case host
        /// No authority that counts vouches for it.
        case authority
    }

    /// What went wrong.
    package let kind: Kind
    /// What was asked for: `POST /nodes/pve1/qemu`, or the task.
    package let request: String
    /// What the server or the system said.
    package let words: String
    /// What the server said of single parameters.
    package var parameters: [String: String] = [:]

    /// What can be done about it.
    package var advice: String {
        switch kind {
        case .unreachable: "see that the endpoint is right, and that the node is up"
        case .certificate(.fingerprint):
            "nothing was sent; if the node's certificate was renewed, take its new fingerprint from the node itself"
        case .certificate(.expired), .certificate(.early): "nothing was sent; renew the node's certificate"
        case .certificate(.host): "nothing was sent; name the host as its certificate does, or name its fingerprint"
        case .certificate(.authority):
            "nothing was sent; name the cluster's authority by --ca-file, or the certificate by --fingerprint"
        case .interrupted, .silent, .refused(502...504), .refused(595...599): "the same command goes on from there"
        case .malformed: "see that the endpoint is a Proxmox VE node, with no proxy that changes what it says"
        case .refused(401): "the token is unknown, expired or disabled; make a new one in the cluster"
        case .refused(403): "the token lacks a right; --print-role prints those that are needed"
        case .endless: "it was stopped; give it more time by --task-deadline, or see what the node is busy with"
        case .refused(400): "see that the options fit the cluster; --dry-run looks at it first"
        case .refused: "the journal of the node's pvedaemon says more; the same command goes on from there"
        case .task: "the task's log on its node says more; the same command goes on from there"
        }
    }

    package var description: String {
        let details = parameters.sorted { $0.key < $1.key }.map { "\n  > \($0.key): \($0.value)" }.joined()
        return "\(request): \(words)\(details); \(advice)"
    }

    /// Whether the request was never seen by the API, so that any may be tried again.
    var wasNotSent: Bool { kind == .unreachable }

    /// Whether the cluster may answer the same question later: it is on its way, or a node of it is.
    var isPassing: Bool {
        switch kind {
        case .unreachable, .interrupted, .silent, .malformed, .refused(502...504), .refused(595...599): true
        default: false
        }
    }
}
