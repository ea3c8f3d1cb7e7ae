/// The name of a file system or volume of ZFS, by the rules of `zfs(8)` but for spaces, which nothing of ours has.
///
/// What passes begins with a letter and holds nothing that a shell or `zfs` would take for something else.
package struct DatasetName: Sendable, Hashable, CustomStringConvertible {
    /// The whole name, from the pool on.
    package let description: String

    /// The most bytes of a name, with that of a snapshot: `ZFS_MAX_DATASET_NAME_LEN` without its end.
    static let limit = 255
    /// What `zpool(8)` keeps for itself at the beginning of a pool's name.
    private static let reserved = ["mirror", "raidz", "draid", "spare", "log"]

    /// A name; nil for what is none.
    package init?(_ text: some StringProtocol) {
        let components = text.split(separator: "/", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.limit, components.allSatisfy({ Self.isComponent(String($0)) }),
            let pool = components.first,
            pool.first?.isLetter == true, !Self.reserved.contains(where: pool.hasPrefix)
        else { return nil }
        description = String(text)
    }

    /// Whether a text is a part of a name between two slashes, or the name of a snapshot.
    static func isComponent(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".." && text.utf8.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }

    /// The dataset of a name inside of this one; nil if the name is none.
    package func child(_ name: String) -> DatasetName? {
        Self.isComponent(name) ? DatasetName("\(description)/\(name)") : nil
    }

    /// The name of a snapshot of this dataset; nil if the name is none.
    func snapshot(_ name: String) -> String? {
        let text = "\(description)@\(name)"
        return Self.isComponent(name) && text.utf8.count <= Self.limit ? text : nil
    }

    /// The block device of a volume of this name (`zvol_id`, which udev asks).
    package var device: String { "/dev/zvol/\(description)" }
}
