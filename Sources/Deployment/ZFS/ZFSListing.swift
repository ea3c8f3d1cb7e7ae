/// What `zfs get` tells of the datasets in a place.
///
/// A property that a dataset inherits from another one says nothing about itself, so that each value has its source beside
/// it. A line that is not of that shape, such as the rest of a value with a line feed in it, counts for nothing.
struct ZFSListing: Sendable {
    /// A dataset, snapshot or bookmark.
    struct Entry: Sendable, Hashable {
        /// Its whole name.
        let name: String
        fileprivate var values: [String: String] = [:]
        fileprivate var own: Set<String> = []

        /// The value of a native property; nil where there is none.
        subscript(property: String) -> String? {
            values[property].flatMap { $0 == "-" ? nil : $0 }
        }

        /// The value of a property of ours that is set on it itself, or was received with it.
        subscript(mark: ZFSMark) -> String? {
            own.contains(mark.property) ? values[mark.property] : nil
        }

        /// A native property as a number.
        func number(_ property: String) -> Int64? { self[property].flatMap { Int64($0) } }
    }

    /// What was told of, in the order of telling.
    let entries: [Entry]

    /// The native properties that are asked for.
    private static let native = [
        "type", "guid", "createtxg", "used", "volsize", "origin", "clones", "userrefs", "receive_resume_token",
    ]
    /// The most that is believed of one host.
    private static let limit = 100_000

    /// The command that asks for a place and all in it.
    static func command(_ dataset: DatasetName, depth: Int = 2) -> [String] {
        let properties = (native + ZFSMark.allCases.map(\.property)).joined(separator: ",")
        return [
            "zfs", "get", "-H", "-p", "-d", "\(depth)", "-t", "filesystem,volume,snapshot,bookmark", "-o",
            "name,property,value,source", properties, dataset.description,
        ]
    }

    /// Reads what that command printed.
    init(_ text: String) {
        var order: [String] = []
        var entries: [String: Entry] = [:]
        for line in text.split(separator: "\n") {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard cells.count == 4, Self.isName(cells[0]), order.count < Self.limit else { continue }
            var entry = entries[cells[0]] ?? Entry(name: cells[0])
            if entries[cells[0]] == nil { order.append(cells[0]) }
            entry.values[cells[1]] = cells[2]
            if cells[3] == "local" || cells[3] == "received" { entry.own.insert(cells[1]) }
            entries[cells[0]] = entry
        }
        self.entries = order.compactMap { entries[$0] }
    }

    private static func isName(_ text: String) -> Bool {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "@" || $0 == "#" }
        guard let dataset = parts.first, DatasetName(dataset) != nil else { return false }
        return parts.count == 1 || parts.count == 2 && DatasetName.isComponent(String(parts[1]))
    }

    /// The dataset or snapshot with a name.
    subscript(name: String) -> Entry? { entries.first { $0.name == name } }
}

/// What we note on datasets and snapshots, as properties of ZFS.
enum ZFSMark: String, CaseIterable, Sendable {
    /// The template of an image.
    case template
    /// The version of an image.
    case version
    /// The digest of the image's file, as its release's manifest names it.
    case digest
    /// The digest of the release's manifest.
    case release
    /// The format of the image's file.
    case format
    /// The digest of the disk's raw bytes, which were read back.
    case raw
    /// The size of the disk in bytes.
    case size
    /// The fleet of a machine.
    case fleet
    /// The machine that a disk is of.
    case machine
    /// The part of a machine's disk's name that no others have.
    case mark

    /// The property's name.
    var property: String { "imagefactory:\(rawValue)" }

    /// The arguments of `zfs` that set values.
    static func options(_ values: [(ZFSMark, String)]) -> [String] {
        values.flatMap { ["-o", "\($0.property)=\($1)"] }
    }
}
