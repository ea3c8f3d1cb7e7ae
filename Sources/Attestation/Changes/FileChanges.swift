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
    func parted(by packages: Set<String>) -> (inside: FileChanges, outside: FileChanges) {
        func isInside(_ package: String?) -> Bool { package.map(packages.contains) ?? false }
        let inside = FileChanges(
            added: added.filter { isInside($0.package) }, removed: removed.filter { isInside($0.package) },
            changed: changed.filter { isInside($0.package) })
        let outside = FileChanges(
            added: added.filter { !isInside($0.package) }, removed: removed.filter { !isInside($0.package) },
            changed: changed.filter { !isInside($0.package) })
        return (inside, outside)
    }
}

extension FileChanges.Item {
    fileprivate init(_ file: InstalledFile) {
        self.init(path: file.path, kind: file.kind, package: file.package)
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
