internal import Foundation

/// What is in an image, read from its sealed disk: the source of the SBOM and of the report of what changed.
///
/// It is a function of the disk alone: no time, no host and no path outside the image is in it, and every list is sorted,
/// so that the same disk gives the same bytes.
package struct Inventory: Sendable, Codable, Equatable {
    /// The layout's version.
    package var schema = 1
    /// When a file of it was last changed, in seconds since 1970.
    package var modified: Int64
    /// The operating system.
    package var system: OperatingSystem
    /// The installed packages, by name, architecture and version.
    package var packages: [InstalledPackage]
    /// Every file, folder, link and device of the image's file systems, by path.
    package var files: [InstalledFile]
    /// What starts the system.
    package var boot: BootSoftware
    /// The accounts, by name.
    package var accounts: [Account]
    /// The groups, by name.
    package var groups: [AccountGroup]
    /// The units of systemd that are installed, by name.
    package var units: [SystemUnit]

    /// An inventory; the lists are sorted here.
    package init(
        modified: Int64 = 0, system: OperatingSystem, packages: [InstalledPackage], files: [InstalledFile],
        boot: BootSoftware,
        accounts: [Account] = [], groups: [AccountGroup] = [], units: [SystemUnit] = []
    ) {
        self.modified = modified
        self.system = system
        self.packages = packages.sorted {
            ($0.name, $0.architecture, $0.version) < ($1.name, $1.architecture, $1.version)
        }
        self.files = files.sorted { $0.path < $1.path }
        self.boot = boot
        self.accounts = accounts.sorted { $0.name < $1.name }
        self.groups = groups.sorted { $0.name < $1.name }
        self.units = units.sorted { $0.name < $1.name }
    }

    /// The inventory as JSON, the same bytes for the same content.
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}

/// The operating system of an image, as its `os-release` names it (os-release(5)).
package struct OperatingSystem: Sendable, Codable, Equatable {
    /// `ID`: `debian`, `centos`, `fedora`; `linux` where there is none.
    package var id: String
    /// `VERSION_ID`: `13`; nil for a rolling system.
    package var versionID: String?
    /// `VERSION_CODENAME`: `trixie`.
    package var codename: String?
    /// `PRETTY_NAME`.
    package var prettyName: String
    /// The package database's word for the processor: `amd64`, `x86_64`.
    package var architecture: String

    /// An operating system.
    package init(id: String, versionID: String?, codename: String?, prettyName: String, architecture: String) {
        self.id = id
        self.versionID = versionID
        self.codename = codename
        self.prettyName = prettyName
        self.architecture = architecture
    }
}
