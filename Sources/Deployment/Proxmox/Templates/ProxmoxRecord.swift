internal import Foundation
package import HostSystem

/// What a machine of ours says of itself, in its description.
///
/// ```
/// Golden image web v1.2.0, kept by imagefactory: leave the lines below as they are.
///
/// - Role: template
/// - VMID: 105
/// …
/// ```
/// Clones take their original's description along, also those that people make: so a record counts only for the machine
/// whose number is in it.
struct ProxmoxRecord: Sendable, Equatable {
    /// What a machine is for.
    enum Role: String, Sendable {
        /// It becomes a template.
        case candidate
        /// It is one that people clone, or was.
        case template
        /// It shows that a template works, and goes away.
        case canary
        /// It is used.
        case machine
    }

    /// What it is for.
    var role: Role
    /// The number of the machine that this is about.
    var vmid: Int
    /// The name of the template on Proxmox that it is, will be, or comes from.
    let name: String
    /// The release.
    let release: ProxmoxRelease
    /// What the machine's settings were made from.
    let settings: Digest
    /// The try that made it.
    let run: String
    /// Whether a clone of it was seen to work.
    var isProven = false
    /// How many times the name was given to a template before this one got it.
    var generation = 0
    /// Its place in its fleet; nil for a template, and for a machine of no fleet.
    var member: FleetPlace?

    /// The longest description that is read.
    private static let limit = 8192

    /// The description.
    var text: String { "\(heading)\n\n" + OwnLines.text(lines) }

    /// The description with this record in the place of another one: what people have written around that one stays.
    func text(replacing other: ProxmoxRecord, in description: String) -> String {
        let names = Set((lines + other.lines).map(\.0))
        func isOurs(_ line: Substring) -> Bool {
            line == other.heading || OwnLines.name(of: line).map(names.contains) == true
        }
        let all = description.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let start = all.firstIndex(where: isOurs) ?? all.endIndex
        let (above, below) = (all[..<start], all[start...].filter { !isOurs($0) })
        let parts = [above.joined(separator: "\n"), text, below.joined(separator: "\n")]
            .map { $0.trimmingCharacters(in: .newlines) }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var heading: String {
        "Golden image \(release.template) \(release.version), kept by imagefactory: leave the lines below as they are."
    }

    private var lines: [(String, String)] {
        [
            ("Role", role.rawValue), ("VMID", "\(vmid)"), ("Name", name), ("Template", release.template),
            ("Version", release.version), ("Release", release.digest.hex), ("Image", release.image.hex),
            ("Settings", settings.hex), ("Run", run), ("Proven", isProven ? "yes" : "no"),
            ("Generation", "\(generation)"),
        ] + (member?.lines ?? [])
    }

    init(
        role: Role, vmid: Int, name: String, release: ProxmoxRelease, settings: Digest, run: String
    ) {
        self.role = role
        self.vmid = vmid
        self.name = name
        self.release = release
        self.settings = settings
        self.run = run
    }

    /// Reads the description of a machine; nil for one that is not ours.
    init?(_ text: String, of vmid: Int) {
        guard text.utf8.count <= Self.limit else { return nil }
        let values = OwnLines(text)
        guard let role = values["Role"].flatMap(Role.init(rawValue:)), values["VMID"] == "\(vmid)",
            let name = values["Name"], let run = values["Run"],
            let settings = values["Settings"].flatMap(Digest.init(hex:)),
            let release = ProxmoxRelease(values), let generation = values["Generation"].flatMap(Int.init),
            (0..<1_000_000).contains(generation)
        else { return nil }
        self.init(role: role, vmid: vmid, name: name, release: release, settings: settings, run: run)
        isProven = values["Proven"] == "yes"
        self.generation = generation
        member = FleetPlace(values)
    }
}

/// The release that a machine comes from.
package struct ProxmoxRelease: Sendable, Hashable {
    /// The template's name in the factory.
    package let template: String
    /// The version.
    package let version: String
    /// The digest of the release's manifest.
    package let digest: Digest
    /// The digest of the image.
    package let image: Digest

    /// A release.
    package init(template: String, version: String, digest: Digest, image: Digest) {
        self.template = template
        self.version = version
        self.digest = digest
        self.image = image
    }

    fileprivate init?(_ values: OwnLines) {
        guard let template = values["Template"], let version = values["Version"],
            let digest = values["Release"].flatMap(Digest.init(hex:)),
            let image = values["Image"].flatMap(Digest.init(hex:))
        else { return nil }
        self.init(template: template, version: version, digest: digest, image: image)
    }
}
