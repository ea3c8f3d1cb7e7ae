internal import Attestation

/// Finds out which units a system starts, from the files and links in systemd's folders (systemd.unit(5)).
struct UnitStates {
    private static let settings = "/etc/systemd/system"
    /// The folders of unit files; a name's first file counts.
    private static let folders = [
        settings, "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
    ]
    private static let kinds: Set = [
        "service", "socket", "target", "timer", "path", "mount", "automount", "swap", "slice",
    ]
    private static let wishes: Set = ["wants", "requires", "upholds"]

    private var files: [String: [(name: String, file: InstalledFile)]] = [:]
    private var enabled: Set<String> = []

    /// Sorts the files of a system.
    init(_ tree: FileTree) {
        for (path, file) in tree.files {
            guard let folder = Self.folders.first(where: { path.hasPrefix("\($0)/") }) else { continue }
            let parts = path.dropFirst(folder.count + 1).split(separator: "/").map(String.init)
            guard let name = parts.last, Self.kinds.contains(Self.ending(of: name)) else { continue }
            if parts.count == 1 {
                files[folder, default: []].append((name, file))
            } else if parts.count == 2, folder == Self.settings, Self.wishes.contains(Self.ending(of: parts[0])) {
                enable(name)
                if let target = file.target { enable(Self.name(of: target)) }
            }
        }
        for (name, file) in files[Self.settings] ?? [] {
            if let target = file.target, Self.name(of: target) != name { enable(Self.name(of: target)) }
        }
    }

    /// The units by themselves; other names of a unit are none.
    ///
    /// - Parameter installable: The paths of the unit files that say where they can be enabled.
    func units(installable: Set<String>) -> [SystemUnit] {
        var states: [String: SystemUnit.State] = [:]
        for folder in Self.folders {
            for (name, file) in files[folder] ?? [] where states[name] == nil {
                states[name] = state(of: name, file, installable)
            }
        }
        return states.map { SystemUnit(name: $0.key, state: $0.value) }
    }

    private func state(of name: String, _ file: InstalledFile, _ installable: Set<String>) -> SystemUnit.State? {
        switch file.kind {
        case .link where file.target == "/dev/null": .masked
        case .file where file.size == 0: .masked
        case .link where file.target.map(Self.name) != name: nil
        case .link, .file:
            enabled.contains(name)
                ? .enabled : installable.contains(file.path) || file.kind == .link ? .disabled : .static
        default: nil
        }
    }

    /// What `getty@tty1.service` starts is `getty@.service`, which systemctl calls `indirect` if it names no instance itself.
    private mutating func enable(_ name: String) {
        enabled.insert(name)
        if let at = name.firstIndex(of: "@") { enabled.insert("\(name[...at]).\(Self.ending(of: name))") }
    }

    private static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    private static func ending(of name: String) -> String {
        name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
    }
}
