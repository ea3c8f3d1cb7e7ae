internal import HostSystem

/// What a machine that stands for a lock says of itself, in its description.
///
/// ```
/// Lock of template-web, kept by imagefactory: it goes away by itself.
///
/// - Role: lock
/// - VMID: 951203774
/// - Subject: template-web
/// - Run: 3fa9c2d1
/// - Holder: 0123456789ab-4711-889912
/// - Host: build7
/// - Beat: 12
/// ```
struct LockRecord: Sendable, Equatable {
    /// The machine's number, without which a copy of it would be taken for it.
    let vmid: Int
    /// What is locked.
    let subject: String
    /// The mark of who holds it, another for each try.
    let run: String
    /// The process that holds it; nil where that is not known.
    let holder: ProcessIdentity?
    /// The name of the holder's host, for people.
    let host: String
    /// How often the holder has said since that it is alive.
    var beat = 0

    private static let limit = 4096

    init(vmid: Int, subject: String, run: String, holder: ProcessIdentity?, host: String) {
        self.vmid = vmid
        self.subject = subject
        self.run = run
        self.holder = holder
        self.host = host
    }

    /// Reads the description of a machine; nil for one that is no lock.
    init?(_ text: String, of vmid: Int) {
        guard text.utf8.count <= Self.limit else { return nil }
        let lines = OwnLines(text)
        guard lines["Role"] == "lock", lines["VMID"] == "\(vmid)", let subject = lines["Subject"],
            let run = lines["Run"], let beat = lines["Beat"].flatMap(Int.init)
        else { return nil }
        self.init(
            vmid: vmid, subject: subject, run: run, holder: lines["Holder"].flatMap { ProcessIdentity($0) },
            host: lines["Host"] ?? "?")
        self.beat = beat
    }

    /// The description.
    var text: String {
        "Lock of \(subject), kept by imagefactory: it goes away by itself.\n\n"
            + OwnLines.text([
                ("Role", "lock"), ("VMID", "\(vmid)"), ("Subject", subject), ("Run", run),
                ("Holder", holder?.description ?? "-"), ("Host", host), ("Beat", "\(beat)"),
            ])
    }
}
