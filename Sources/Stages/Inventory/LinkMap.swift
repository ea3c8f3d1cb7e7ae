/// Finds where a path leads through a system's own links: `/bin/sh` is `/usr/bin/sh` where `/bin` is a link to `usr/bin`.
struct LinkMap {
    /// As many links as Linux follows in one path.
    private static let linkLimit = 40
    private static let pathLimit = 4096

    private let links: [String: String]
    private var known: [String: String] = ["": ""]

    /// The paths and targets of all links.
    init(_ links: [String: String]) {
        self.links = links
    }

    /// The path with the links among its folders followed; the last name is taken as it is, as packages own links.
    mutating func location(of path: String) -> String {
        guard path.utf8.count <= Self.pathLimit else { return path }
        let (folder, name) = Self.split(Self.normalized(path, in: ""))
        return name.isEmpty ? "/" : "\(place(of: folder, depth: 0))/\(name)"
    }

    /// The path with all its links followed, as far as they lead anywhere.
    mutating func target(of path: String) -> String {
        guard path.utf8.count <= Self.pathLimit else { return path }
        let place = place(of: Self.normalized(path, in: ""), depth: 0)
        return place.isEmpty ? "/" : place
    }

    /// Where a folder lies; the root is the empty path.
    private mutating func place(of folder: String, depth: Int) -> String {
        if let place = known[folder] { return place }
        guard depth <= Self.linkLimit * 4 else { return folder }
        // A link that leads to itself stays where it is.
        known[folder] = folder
        let (parent, name) = Self.split(folder)
        let above = place(of: parent, depth: depth + 1)
        var place = "\(above)/\(name)"
        if let target = links[place], target.utf8.count <= Self.pathLimit {
            place = self.place(of: Self.normalized(target, in: above), depth: depth + 1)
        }
        known[folder] = place
        return place
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    /// An absolute path without `.`, `..` and empty parts; the root is the empty path.
    private static func normalized(_ path: String, in folder: String) -> String {
        var parts = path.hasPrefix("/") ? [] : folder.split(separator: "/")
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.map { "/\($0)" }.joined()
    }
}
