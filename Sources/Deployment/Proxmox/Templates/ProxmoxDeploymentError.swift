package import HostSystem

/// Why a deployment does not begin, or goes no further.
package enum ProxmoxDeploymentError: Error, CustomStringConvertible {
    /// The cluster is older than we can work with.
    case version(String)
    /// Rights that the token lacks.
    case rights([NeededRight], token: String)
    /// A node that is not there.
    case noNode(String, known: [String])
    /// A node that is not up.
    case offline(String)
    /// A storage that the node does not have, or the token may not see.
    case noStorage(String, node: String)
    /// A storage that the node cannot use now.
    case unusableStorage(String, node: String)
    /// A storage that is not for this kind of content.
    case content(String, node: String, kind: String)
    /// There is no room.
    case space(String, node: String, free: ByteCount, needed: ByteCount)
    /// Something that is not ours has the name.
    case nameTaken(String, MachinePlace)
    /// Nothing is free among the numbers.
    case noNumber(ClosedRange<Int>)
    /// Others were faster, again and again.
    case race(attempts: Int)
    /// Somebody works on it.
    case locked(MachinePlace, String)
    /// A task that was broken off has left it locked.
    case abandoned(MachinePlace, String)
    /// A clone of the template does not come up.
    case canarySilent(MachinePlace, any Error)
    /// A clone of the template is not well.
    case checkFailed(String, GuestCommandEnd)
    /// A new machine does not come up.
    case machineSilent(String, MachinePlace, any Error)
    /// A new machine is not well.
    case machineCheckFailed(String, String, GuestCommandEnd)
    /// Another deployment of the same thing goes on for too long.
    case busy(String, host: String, MachinePlace)
    /// The lock was taken for that of a dead process.
    case lockLost(String)
    /// All numbers that can stand for a lock are others' machines.
    case noLock(String, ClosedRange<Int>)
    /// There is no template to clone.
    case noTemplate(String)
    /// There is no template of a version to clone.
    case noTemplateOf(String, String, node: String)
    /// A machine of a fleet is gone.
    case noMachine(String)
    /// A machine of that name is not ours.
    case machineTaken(String, MachinePlace)

    /// Whether nothing but a lock that nobody holds is in the way.
    var isAbandonment: Bool {
        if case .abandoned = self { true } else { false }
    }

    package var description: String {
        switch self {
        case .version(let version):
            "the cluster runs Proxmox VE \(version), which takes no disk image by its API; upgrade it to 8.4 or later"
        case .rights(let rights, let token):
            (["the token \(token) lacks rights; 'imagefactory deploy proxmox --print-role' prints what is needed"]
                + rights.map { "  > \($0)" }).joined(separator: "\n")
        case .noNode(let node, let known):
            "the cluster has no node '\(node)'; it has \(known.sorted().joined(separator: ", "))"
        case .offline(let node): "the node \(node) is not up; start it, or name the nodes without it by --node"
        case .noStorage(let storage, let node):
            "\(node) has no storage '\(storage)' that the token may see; name another, or give it Datastore.Audit there"
        case .unusableStorage(let storage, let node):
            "the storage '\(storage)' is disabled or not connected on \(node); see 'pvesm status' there"
        case .content(let storage, let node, let kind):
            "the storage '\(storage)' of \(node) is not for '\(kind)'; add that to its content, or name another storage"
        case .space(let place, let node, let free, let needed):
            "\(place) of \(node) has \(free) free, and \(needed) are needed; make room, or name another storage"
        case .nameTaken(let name, let place):
            "\(place) is called '\(name)' and is not ours; rename it, or choose another --template-name"
        case .noNumber(let range):
            "no number from \(range.lowerBound) to \(range.upperBound) is free; widen --vmid-range"
        case .race(let attempts): "others took the number of the new machine \(attempts) times; try again"
        case .locked(let place, let lock):
            "\(place) is locked ('\(lock)'), and was not freed in time; somebody works on it, or 'qm unlock' is needed"
        case .abandoned(let place, let lock):
            "\(place) was left locked ('\(lock)') by a task that is no more; 'qm unlock \(place.vmid)' on its node ends that"
        case .canarySilent(let place, let error):
            "a clone of the new template, \(place), did not come up: \(error); the template was not put into use"
        case .checkFailed(let command, let end):
            "in a clone of the new template, '\(command)' \(end); the template was not put into use"
        case .machineSilent(let name, let place, let error):
            "the new machine '\(name)', \(place), did not come up: \(error); it was removed"
        case .machineCheckFailed(let name, let command, let end):
            "in the new machine '\(name)', '\(command)' \(end); it was removed"
        case .busy(let subject, let host, let place):
            "another deployment of \(subject), from \(host), goes on; try again later, or remove its lock, \(place), if that "
                + "is not so"
        case .lockLost(let subject):
            "the lock of \(subject) was removed while it was held, as if this deployment were dead; try again"
        case .noLock(let subject, let numbers):
            "the lock of \(subject) needs a number from \(numbers.lowerBound) to \(numbers.upperBound), and all of them are "
                + "taken; free one"
        case .noTemplate(let name):
            "there is no template '\(name)' of ours on these nodes; deploy one first, without --clone"
        case .noTemplateOf(let name, let version, let node):
            "no template '\(name)' of \(version) is on \(node) any more; deploy that version again, and keep more with --keep"
        case .noMachine(let name):
            "the machine \(name) was removed by somebody else meanwhile; try again"
        case .machineTaken(let name, let place):
            "\(place) is called '\(name)' and is not a machine of ours; rename it, or choose another --name"
        }
    }
}
