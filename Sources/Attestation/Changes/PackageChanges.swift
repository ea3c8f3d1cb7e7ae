/// What became of the packages.
package struct PackageChanges: Codable, Sendable, Equatable {
    /// A package that came or went.
    package struct Item: Codable, Sendable, Equatable {
        /// The package database that it is in.
        package let kind: InstalledPackage.Kind
        /// Its name.
        package let name: String
        /// Its architecture.
        package let architecture: String
        /// Its version.
        package let version: String
    }

    /// A package that has another version, or another architecture.
    package struct Move: Codable, Sendable, Equatable {
        /// The package database that it is in.
        package let kind: InstalledPackage.Kind
        /// Its name.
        package let name: String
        /// Its architecture now.
        package let architecture: String
        /// The version that it had.
        package let from: String
        /// The version that it has.
        package let to: String
    }

    /// The new ones.
    package let added: [Item]
    /// Those that are gone.
    package let removed: [Item]
    /// Those with a later version.
    package let upgraded: [Move]
    /// Those with an earlier version.
    package let downgraded: [Move]
    /// Those with a version that counts as the same, or with another architecture alone.
    package let rebuilt: [Move]

    /// Whether nothing differs.
    package var isEmpty: Bool {
        added.isEmpty && removed.isEmpty && upgraded.isEmpty && downgraded.isEmpty && rebuilt.isEmpty
    }

    /// The names of all these packages.
    var names: Set<String> {
        Set((added + removed).map(\.name)).union((upgraded + downgraded + rebuilt).map(\.name))
    }

    /// What differs between two lists.
    ///
    /// Several versions of a package may be installed side by side, such as kernels: only where one went and one came in
    /// its place is it a move.
    init(from: [InstalledPackage], to: [InstalledPackage]) {
        var changes = Changes()
        let before = Dictionary(grouping: from, by: PackageName.init)
        let after = Dictionary(grouping: to, by: PackageName.init)
        for name in Set(before.keys).union(after.keys).sorted() {
            changes.compare(before[name] ?? [], after[name] ?? [])
        }
        added = changes.added
        removed = changes.removed
        upgraded = changes.upgraded
        downgraded = changes.downgraded
        rebuilt = changes.rebuilt
    }
}

/// The lists as they grow.
private struct Changes {
    var added: [PackageChanges.Item] = []
    var removed: [PackageChanges.Item] = []
    var upgraded: [PackageChanges.Move] = []
    var downgraded: [PackageChanges.Move] = []
    var rebuilt: [PackageChanges.Move] = []

    /// Compares the packages of one name.
    mutating func compare(_ before: [InstalledPackage], _ after: [InstalledPackage]) {
        var gone = before.filter { old in !after.contains { $0.isSame(as: old) } }
        var come = after.filter { new in !before.contains { $0.isSame(as: new) } }
        for architecture in Set(gone.map(\.architecture)).sorted() {
            let old = gone.filter { $0.architecture == architecture }
            let new = come.filter { $0.architecture == architecture }
            guard old.count == 1, new.count == 1 else { continue }
            move(old[0], new[0])
            gone.removeAll { $0.architecture == architecture }
            come.removeAll { $0.architecture == architecture }
        }
        if gone.count == 1, come.count == 1 { return move(gone[0], come[0]) }
        removed += gone.map(PackageChanges.Item.init)
        added += come.map(PackageChanges.Item.init)
    }

    private mutating func move(_ old: InstalledPackage, _ new: InstalledPackage) {
        let move = PackageChanges.Move(
            kind: new.kind, name: new.name, architecture: new.architecture, from: old.version, to: new.version)
        if old.isEarlier(than: new) {
            upgraded.append(move)
        } else if new.isEarlier(than: old) {
            downgraded.append(move)
        } else {
            rebuilt.append(move)
        }
    }
}

/// What packages of several versions and architectures share.
private struct PackageName: Hashable, Comparable {
    let name: String
    let kind: InstalledPackage.Kind

    init(_ package: InstalledPackage) {
        name = package.name
        kind = package.kind
    }

    static func < (left: PackageName, right: PackageName) -> Bool {
        (left.name, left.kind.rawValue) < (right.name, right.kind.rawValue)
    }
}

extension PackageChanges.Item {
    fileprivate init(_ package: InstalledPackage) {
        self.init(
            kind: package.kind, name: package.name, architecture: package.architecture, version: package.version)
    }
}

extension InstalledPackage {
    fileprivate func isSame(as other: InstalledPackage) -> Bool {
        version == other.version && architecture == other.architecture
    }

    /// Whether its version is earlier, by its package database's own order.
    fileprivate func isEarlier(than other: InstalledPackage) -> Bool {
        switch kind {
        case .deb: DebianVersion(version) < DebianVersion(other.version)
        case .rpm: RPMVersion(version) < RPMVersion(other.version)
        }
    }
}
