/// dpkg's lists of the files of packages, `/var/lib/dpkg/info/PACKAGE.list`, and the diversions.
struct DpkgOwners {
    private static let folder = "/var/lib/dpkg/info/"
    private static let ending = ".list"

    /// The packages by the paths that they own.
    private(set) var owners: [String: String] = [:]

    /// Reads the lists of a system, whose links are followed: packages may name files by `/bin`, which are in `/usr/bin`.
    init(reading system: CollectedSystem, through links: inout LinkMap) throws {
        let diversions = Diversions(try system.text(of: "/var/lib/dpkg/diversions") ?? "")
        for path in system.copies where path.hasPrefix(Self.folder) && path.hasSuffix(Self.ending) {
            let name = path.dropFirst(Self.folder.count).dropLast(Self.ending.count)
            // `libc6:amd64`, where a package may be there for several architectures.
            let package = String(name.prefix { $0 != ":" })
            for line in try system.bytes(of: path)?.split(separator: UInt8(ascii: "\n")) ?? [] {
                let listed = diversions.place(of: PathText.text(of: line), from: package)
                let location = links.location(of: listed)
                if owners[location] == nil { owners[location] = package }
            }
        }
    }
}

/// Files that dpkg puts elsewhere, because another package has a file in their place (dpkg-divert(1)).
struct Diversions {
    private var places: [String: (place: String, holder: String)] = [:]

    /// Reads three lines for each: the path, where it goes, and the package whose file stays, or `:`.
    init(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for start in stride(from: 0, to: lines.count - 2, by: 3) {
            places[lines[start]] = (lines[start + 1], lines[start + 2])
        }
    }

    /// Where a package's file is.
    func place(of path: String, from package: String) -> String {
        guard let diversion = places[path], diversion.holder != package else { return path }
        return diversion.place
    }
}
