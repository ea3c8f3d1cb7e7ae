/// What a token may do where.
struct ProxmoxRights: Sendable {
    /// By path, each privilege with whether it holds below that path too.
    private let paths: [String: [String: Bool]]

    init(_ paths: [String: [String: Bool]]) {
        self.paths = paths
    }

    /// Whether a privilege holds on a path: the nearest path that the cluster tells of decides.
    func allow(_ privilege: String, on path: String) -> Bool {
        if let own = paths[path] { return own[privilege] != nil }
        var parent = path
        while let slash = parent.lastIndex(of: "/") {
            parent = String(parent[..<slash])
            if let rights = paths[parent.isEmpty ? "/" : parent] { return rights[privilege] == true }
        }
        return false
    }
}

/// A right that is needed.
package struct NeededRight: Sendable, Hashable, CustomStringConvertible {
    /// Privileges of which one is enough.
    package let privileges: [String]
    /// Where.
    package let path: String
    /// What for.
    package let purpose: String

    package var description: String { "\(privileges.joined(separator: " or ")) on \(path), \(purpose)" }

    func isMet(by rights: ProxmoxRights) -> Bool {
        privileges.contains { rights.allow($0, on: path) }
    }
}
