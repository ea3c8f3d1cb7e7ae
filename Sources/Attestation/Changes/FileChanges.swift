package import HostSystem

/// What became of the files, folders, links and devices.
package struct FileChanges: Codable, Sendable, Equatable {
    /// A file that came or went; the inventories tell the rest.
    package struct Item: Codable, Sendable, Equatable {
        /// Its path.
        package let path: String
        /// What it is.
        package let kind: InstalledFile.Kind
        /// The package that it belongs to.
        package let package: String?
    }

    /// A file that is not as it was; what did not change is not there.
    package struct Difference: Codable, Sendable, Equatable {
        /// Its path.
        package let path: String
        /// The package that it belongs to, now or before.
        package let package: String?
        /// What it is.
        package let kind: Change<InstalledFile.Kind>?
        /// The digest of its content, of a file that was one before.
        package let content: Change<Digest?>?
        /// Its permissions.
        package let mode: Change<String>?
        /// Its owner's and group's numbers: `0:42`.
        package let owner: Change<String>?
        /// Where the link leads, of a link that was one before.
        package let target: Change<String?>?
    }

    /// The new ones, by path.
    package let added: [Item]
    /// Those that are gone, by path.
    package let removed: [Item]
    /// Those that are not as they were, by path.
    package let changed: [Difference]

    /// Whether nothing differs.
    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    /// How many files differ.
    var count: Int { added.count + removed.count + changed.count }

    /// What differs between two lists.
    init(from: [InstalledFile], to: [InstalledFile]) {
        let files = ListChanges(from: from, to: to, by: \.path)
        added = files.added.map(Item.init)
        removed = files.removed.map(Item.init)
        changed = files.changed.compactMap { Difference($0.from, $0.to) }
    }

    /// Some of these changes.
    private init(added: [Item], removed: [Item], changed: [Difference]) {
        self.added = added
        self.removed = removed
        self.changed = changed
    }

    /// Those that belong to some packages, and all others.
    ///
    /// Packages share folders, which no package owns: one that came or went with files of these packages alone is theirs.
    func parted(by packages: Set<String>) -> (inside: FileChanges, outside: FileChanges) {
        let added = Self.parted(added, by: packages)
        let removed = Self.parted(removed, by: packages)
        let changed = Dictionary(grouping: changed) { $0.package.map(packages.contains) ?? false }
        return (
            FileChanges(added: added.inside, removed: removed.inside, changed: changed[true] ?? []),
            FileChanges(added: added.outside, removed: removed.outside, changed: changed[false] ?? [])
        )
    }

    private static func parted(_ items: [Item], by packages: Set<String>) -> (inside: [Item], outside: [Item]) {
        var above: [Bool: Set<String>] = [:]
        for item in items where item.package != nil || item.kind != .folder {
            above[item.package.map(packages.contains) ?? false, default: []].formUnion(item.folders)
        }
        let parts = Dictionary(grouping: items) { item in
            if let package = item.package { return packages.contains(package) }
            guard item.kind == .folder else { return false }
            return above[true]?.contains(item.path) == true && above[false]?.contains(item.path) != true
        }
        return (parts[true] ?? [], parts[false] ?? [])
    }
}

extension FileChanges.Item {
    fileprivate init(_ file: InstalledFile) {
        self.init(path: file.path, kind: file.kind, package: file.package)
    }

    /// The paths of all folders that it is in, but the root.
    fileprivate var folders: [String] {
        path.indices.dropFirst().filter { path[$0] == "/" }.map { String(path[..<$0]) }
    }
}

extension FileChanges.Difference {
    /// How a file differs; nil where it does in nothing that is told, such as the package alone.
    fileprivate init?(_ old: InstalledFile, _ new: InstalledFile) {
        let isSameKind = old.kind == new.kind
        self.init(
            path: new.path, package: new.package ?? old.package, kind: Change(old.kind, new.kind),
            content: isSameKind ? Change(old.sha256, new.sha256) : nil, mode: Change(old.mode, new.mode),
            owner: Change("\(old.user):\(old.group)", "\(new.user):\(new.group)"),
            target: isSameKind ? Change(old.target, new.target) : nil)
        guard kind != nil || content != nil || mode != nil || owner != nil || target != nil else { return nil }
    }
}
