package import Attestation
internal import Foundation

/// The system on a disk, as the checks look at it.
package struct AuditedSystem: Sendable {
    /// Who listed it.
    package enum Origin: Sendable {
        /// Someone who looked at the disk, which was not in use.
        case disk
        /// The system itself, in a clone of the disk; what the clone has changed or made since it booted is not listed.
        case clone
    }

    /// A setting by which a network card is told from others.
    package struct Pin: Sendable, Hashable {
        /// The file that it stands in.
        package let path: String
        /// The setting's name.
        package let key: String

        package init(path: String, key: String) {
            self.path = path
            self.key = key
        }
    }

    /// Who listed it.
    package let origin: Origin
    /// All files and folders, by path.
    package let files: [String: InstalledFile]
    /// Where file systems are mounted, other than the root.
    package let mountPoints: [String]
    /// Where file systems of the kind FAT are mounted.
    package let fatMounts: [String]
    /// The accounts.
    package let accounts: [Account]
    /// The contents of small files, by path.
    package let texts: [String: String]
    /// Settings that name network cards.
    package let pins: [Pin]
    private let children: [String: [String]]

    /// Folders that accounts without files of their own have as their homes.
    private static let sharedFolders: Set = [
        "/", "/bin", "/dev", "/nonexistent", "/proc", "/run", "/sbin", "/usr/bin", "/usr/sbin", "/var/run",
        "/var/spool",
    ]

    package init(
        origin: Origin, files: [String: InstalledFile], mountPoints: [String], fatMounts: [String],
        accounts: [Account],
        texts: [String: String], pins: [Pin]
    ) {
        self.origin = origin
        self.files = files
        self.mountPoints = mountPoints
        self.fatMounts = fatMounts
        self.accounts = accounts
        self.texts = texts
        self.pins = pins
        var children: [String: [String]] = [:]
        for path in files.keys where path != "/" {
            guard let slash = path.lastIndex(of: "/") else { continue }
            let folder = slash == path.startIndex ? "/" : String(path[..<slash])
            children[folder, default: []].append(String(path[path.index(after: slash)...]))
        }
        self.children = children
    }

    /// The homes of accounts, wherever they are, and all folders in `/home`; sorted.
    package var homes: [String] {
        let named = accounts.map(\.homeFolder) + children["/home", default: []].map { "/home/\($0)" }
        return Set(named + ["/root"]).subtracting(Self.sharedFolders).filter { files[$0]?.kind == .folder }.sorted()
    }

    /// The files that match one of `patterns`, sorted, other than folders.
    ///
    /// In a pattern, `*` stands for any characters of one name, a last name `**` for all that is below the folder, and a first
    /// `~` for every account's home.
    package func files(_ patterns: [String]) -> [InstalledFile] {
        let roots = patterns.flatMap { pattern in
            pattern.hasPrefix("~/") ? homes.map { $0 + pattern.dropFirst() } : [pattern]
        }
        let paths = Set(roots.flatMap { self.paths(matching: $0) })
        return paths.sorted().compactMap { files[$0] }.filter { $0.kind != .folder }
    }

    /// The files with something in them that match one of `patterns`.
    package func filledFiles(_ patterns: [String]) -> [InstalledFile] {
        files(patterns).filter { $0.kind != .file || $0.size ?? 0 > 0 }
    }

    private func paths(matching pattern: String) -> [String] {
        var paths = ["/"]
        for component in pattern.split(separator: "/").map(String.init) {
            paths = paths.flatMap { folder -> [String] in
                if component == "**" { return below(folder) }
                guard component.contains(where: "*?[".contains) else {
                    let path = join(folder, component)
                    return files[path] != nil || children[path] != nil ? [path] : []
                }
                return children[folder, default: []].filter { fnmatch(component, $0, FNM_PERIOD) == 0 }
                    .map { join(folder, $0) }
            }
        }
        return paths
    }

    private func below(_ folder: String) -> [String] {
        children[folder, default: []].flatMap { name in [join(folder, name)] + below(join(folder, name)) }
    }

    private func join(_ folder: String, _ name: String) -> String {
        folder == "/" ? "/\(name)" : "\(folder)/\(name)"
    }
}

extension Account {
    /// The path of its home without needless slashes, as the list of files has it.
    var homeFolder: String { "/" + home.split(separator: "/").joined(separator: "/") }
}
