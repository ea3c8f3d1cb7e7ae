internal import Foundation

/// What differs between two images: a function of their inventories, and of what else is known of both.
///
/// As JSON it is held to ``schema``, which is a promise to other programs.
package struct InventoryChanges: Codable, Sendable, Equatable {
    /// A side of the comparison, as far as it is a release.
    package struct Side: Codable, Sendable, Equatable {
        /// The release's template.
        package let template: String?
        /// The release's version.
        package let version: String?
    }

    /// The layout's version.
    package private(set) var schema = 1
    /// The image that was compared with.
    package let from: Side
    /// The image whose changes these are.
    package let to: Side
    /// The operating system, if it is another.
    package let system: Change<OperatingSystem>?
    /// The packages.
    package let packages: PackageChanges
    /// The files, folders, links and devices.
    package let files: FileChanges
    /// What starts the system.
    package let boot: BootChanges
    /// The accounts.
    package let accounts: ListChanges<Account>
    /// The groups.
    package let groups: ListChanges<AccountGroup>
    /// The units of systemd.
    package let units: ListChanges<SystemUnit>
    /// The ports that are listened on; nil unless a clone of each image was looked at.
    package let ports: ListChanges<ListeningPort>?
    /// The sizes.
    package let sizes: SizeChanges

    /// What differs between two inventories.
    package init(from: Inventory, to: Inventory) {
        self.init(from: ComparedImage(from), to: ComparedImage(to))
    }

    /// What differs between two images.
    package init(from: ComparedImage, to: ComparedImage) {
        let (before, after) = (from.inventory, to.inventory)
        self.from = Side(template: from.template, version: from.version)
        self.to = Side(template: to.template, version: to.version)
        system = Change(before.system, after.system)
        packages = PackageChanges(from: before.packages, to: after.packages)
        files = FileChanges(from: before.files, to: after.files)
        boot = BootChanges(from: before.boot, to: after.boot)
        accounts = ListChanges(from: before.accounts, to: after.accounts, by: \.name)
        groups = ListChanges(from: before.groups, to: after.groups, by: \.name)
        units = ListChanges(from: before.units, to: after.units, by: \.name)
        if let before = from.ports, let after = to.ports {
            ports = ListChanges(from: before, to: after, by: \.key)
        } else {
            ports = nil
        }
        sizes = SizeChanges(from: from, to: to)
    }

    /// Whether nothing in the images differs; their files' sizes may.
    package var isEmpty: Bool {
        system == nil && packages.isEmpty && files.isEmpty && boot.isEmpty && accounts.isEmpty && groups.isEmpty
            && units.isEmpty && ports?.isEmpty != false
    }

    /// The changes as JSON over several lines, the same bytes for the same changes.
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// The JSON Schema of ``json()``.
    package static var schema: String {
        String(decoding: PackageResources.changes_schema_json, as: UTF8.self)
    }
}

extension ListeningPort {
    /// What a port is known by.
    fileprivate var key: String { "\(transport.rawValue) \(address) \(port)" }
}
