package import HostSystem

/// What is in the way of an image, a machine's disk or a copy in ZFS.
package enum ZFSError: Error, CustomStringConvertible {
    /// The host does not answer.
    case unreachable(host: String, message: String)
    /// The host has no ZFS.
    case notInstalled(host: String)
    /// There is no such dataset.
    case missing(String, host: String)
    /// The dataset is in use.
    case busy(String, host: String, message: String)
    /// A command failed.
    case failed(command: String, host: String, message: String)
    /// A dataset that is not ours has the name.
    case foreign(String, host: String)
    /// A name that a dataset cannot have.
    case badName(String)
    /// The version is there with another image.
    case otherImage(snapshot: String, host: String)
    /// What was read back is something else.
    case otherBytes(String, wanted: Digest, found: String)
    /// What a program printed cannot be understood.
    case unreadable(what: String, host: String)
    /// The image is not in the store.
    case noImage(DeployedImage, ZFSPlace)
    /// The pool is too full.
    case noRoom(ZFSPlace, needed: ByteCount, free: ByteCount)
    /// The store has no image of a template.
    case noTemplate(String, ZFSPlace)
    /// The target has other versions, and none that the source has, too.
    case nothingInCommon(source: String, target: String)
    /// The target has later versions, before which none can be put.
    case superseded(String, target: String)
    /// A dataset has snapshots that others depend on.
    case dependents(String, names: [String])

    /// What a command that failed means.
    init(failed words: [String], on shell: HostShell, status: String, message: String) {
        let name = shell.name
        if shell.address != nil, status.contains("(255)") {
            self = .unreachable(host: name, message: message)
        } else if status.contains("(127)") || message.contains("modules cannot be auto-loaded")
            || message.contains("ZFS modules are not loaded")
        {
            self = .notInstalled(host: name)
        } else if let match = message.firstMatch(of: /'([^']*)': (dataset does not exist|no such pool)/) {
            self = .missing(TerminalText.plain(match.1), host: name)
        } else if message.contains("dataset is busy") || message.contains("pool is busy") {
            self = .busy(words.last ?? "", host: name, message: TerminalText.plain(message))
        } else {
            // Of a script the arguments say what it was for.
            let command = words.first == "sh" ? Array(words.dropFirst(words.count > 3 ? 4 : 2)) : words
            self = .failed(
                command: command.joined(separator: " "), host: name, message: TerminalText.plain(message))
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let host, let message):
            "\(host) cannot be reached by ssh: \(TerminalText.plain(message)); it must let you in without a question, so "
                + "try 'ssh -o BatchMode=yes \(host) true'"
        case .notInstalled(let host):
            "\(host) has no ZFS: 'zfs' is not installed there, or its kernel module is not loaded"
        case .missing(let name, let host):
            "\(host) has no dataset \(name); make it by 'zfs create -o canmount=off \(name)', or name another one"
        case .busy(let name, let host, let message):
            "\(name) on \(host) is in use: \(message); try again when nothing has it open"
        case .failed(let command, let host, let message):
            "'\(command)' failed on \(host): \(message)"
        case .foreign(let name, let host):
            "\(name) on \(host) was not made by this program, and is left alone; rename it, or name another dataset"
        case .badName(let name):
            "'\(TerminalText.plain(name))' cannot be part of a dataset's name: letters, digits, '-', '_', '.' and ':' can"
        case .otherImage(let snapshot, let host):
            "\(snapshot) on \(host) is another image than the release's of that version; if nothing needs it, remove it "
                + "by 'zfs destroy \(snapshot)', else build a new version"
        case .otherBytes(let name, let wanted, let found):
            "\(name) reads back as \(TerminalText.plain(found)), and \(wanted.hex) was written; it is not used. Look at "
                + "'zpool status', and try again"
        case .unreadable(let what, let host):
            "what \(host) tells of \(what) cannot be understood; is its OpenZFS at least 2.0?"
        case .noImage(let image, let place):
            "the image of \(image.template) \(image.version) is not in \(place); deploy that version again"
        case .noRoom(let place, let needed, let free):
            "\(place) has \(free) left, and the image takes about \(needed); 'imagefactory images keep' removes old ones"
        case .noTemplate(let template, let place):
            "there is no image of \(template) in \(place); 'imagefactory images list' shows those that are"
        case .nothingInCommon(let source, let target):
            "\(target) has versions, and none that \(source) still has or remembers; send to another dataset"
        case .superseded(let name, let target):
            "\(target) has later versions than \(name), and ZFS puts none in between; send to another dataset"
        case .dependents(let name, let names):
            "\(name) stays, since \(names.joined(separator: ", ")) depend\(names.count == 1 ? "s" : "") on it; remove that "
                + "first"
        }
    }
}
