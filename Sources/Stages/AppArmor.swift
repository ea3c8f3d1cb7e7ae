internal import HostSystem
package import SystemPackage

/// What AppArmor means for builds on this host.
///
/// The factory starts QEMU itself, and tells a libvirt daemon to leave it unconfined, so libvirt's own profiles do not
/// matter. A profile that confines this program or QEMU knows nothing of the factory's folders and denies them.
package struct AppArmor: Sendable, Equatable {
    /// Whether builds are left alone.
    package let isHarmless: Bool
    /// What was found, for people.
    package let summary: String

    /// Looks at the host whose root folder is `root`.
    package init(root: FilePath = "/") {
        func text(_ path: FilePath) -> String? { try? root.pushing(path).readText(limit: .mebibytes(4)) }
        guard text("sys/module/apparmor/parameters/enabled")?.hasPrefix("Y") == true else {
            self.init(isHarmless: true, "it is off")
            return
        }
        if let own = text("proc/self/attr/apparmor/current"), let profile = Self.enforced(in: own).first {
            self.init(isHarmless: false, "the profile '\(profile)' confines this program; \(Self.advice)")
            return
        }
        guard let profiles = text("sys/kernel/security/apparmor/profiles") else {
            self.init(isHarmless: true, "it is on; only root can tell whether it confines QEMU")
            return
        }
        guard let profile = Self.enforced(in: profiles).first(where: { $0.contains("qemu-system") }) else {
            self.init(isHarmless: true, "it is on, and confines neither this program nor QEMU")
            return
        }
        self.init(isHarmless: false, "the profile '\(profile)' confines QEMU; \(Self.advice)")
    }

    private init(isHarmless: Bool, _ summary: String) {
        self.isHarmless = isHarmless
        self.summary = summary
    }

    private static let advice = "allow it the folders of the state, the ISOs and /run/imagefactory, or use aa-complain"

    /// The profiles in enforce mode, of lines such as `libvirtd (enforce)`.
    private static func enforced(in text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            line.hasSuffix(" (enforce)") ? String(line.dropLast(" (enforce)".count)) : nil
        }
    }
}
