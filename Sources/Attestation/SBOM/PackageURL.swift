/// A package's name for every tool, in its canonical form (the Package-URL specification, types `deb` and `rpm`).
struct PackageURL: Sendable, Hashable {
    /// The whole of it: `pkg:deb/debian/curl@8.14.1-2?arch=amd64&distro=debian-13`.
    let text: String

    /// The name of a package of a system.
    init(_ package: InstalledPackage, in system: OperatingSystem) {
        var qualifiers = [("arch", package.architecture), ("distro", system.distro)]
        let name: String
        let version: String
        switch package.kind {
        case .deb:
            name = package.name.lowercased()
            version = package.version
            if package.source != package.name || package.sourceVersion != nil {
                let source = [package.source, package.sourceVersion].compactMap { $0 }.joined(separator: "@")
                qualifiers.append(("upstream", source))
            }
        case .rpm:
            name = package.name
            let parsed = RPMVersion(package.version)
            version = parsed.release.map { "\(parsed.version)-\($0)" } ?? parsed.version
            if let epoch = parsed.epoch { qualifiers.append(("epoch", epoch)) }
            if package.source != package.name { qualifiers.append(("upstream", package.source)) }
        }
        let place = [package.kind.rawValue, Self.encoded(system.vendor), Self.encoded(name)].joined(separator: "/")
        let list = qualifiers.filter { !$0.1.isEmpty }.sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
        text = "pkg:\(place)@\(Self.encoded(version))" + (list.isEmpty ? "" : "?\(list)")
    }

    /// A part of it; of all other characters, the colon stands for itself.
    private static func encoded(_ part: String) -> String {
        part.percentEncoded(keeping: ":")
    }
}

extension InstalledPackage {
    /// Its name for every tool, as a package of a system: `pkg:deb/debian/curl@8.14.1-2?arch=amd64&distro=debian-13`.
    package func packageURL(in system: OperatingSystem) -> String {
        PackageURL(self, in: system).text
    }
}

extension OperatingSystem {
    /// The distribution and its version, as package URLs and their readers know it: `debian-13`, `fedora-41`.
    fileprivate var distro: String {
        [id, versionID ?? codename].compactMap { $0 }.joined(separator: "-")
    }

    /// The vendor that package URLs name; Red Hat's own is not the system's.
    fileprivate var vendor: String {
        id == "rhel" ? "redhat" : id.lowercased()
    }
}
