/// Where images are kept in ZFS: `zfs:rpool/images`, on another host `zfs:root@host:rpool/images`.
package struct ZFSPlace: Sendable, Hashable, CustomStringConvertible {
    /// The host; nil where it is this one, or the one that a connection names.
    package var host: SSHAddress?
    /// The dataset that holds them.
    package var dataset: DatasetName

    /// A place; nil for what is none.
    package init?(_ text: String) {
        guard text.hasPrefix("zfs:") else { return nil }
        let rest = text.dropFirst(4)
        if let dataset = DatasetName(rest), !Self.namesHost(rest) {
            self.dataset = dataset
            return
        }
        guard let colon = rest.firstIndex(of: ":"), let host = SSHAddress(rest[..<colon]),
            let dataset = DatasetName(rest[rest.index(after: colon)...])
        else { return nil }
        self.host = host
        self.dataset = dataset
    }

    /// Whether a colon parts a host from a dataset, as in `scp`: one in front of the first slash.
    private static func namesHost(_ text: Substring) -> Bool {
        text.prefix { $0 != "/" }.contains(":")
    }

    package var description: String { "zfs:" + (host.map { "\($0):" } ?? "") + "\(dataset)" }

    /// The same place, on the host that a libvirt connection goes to where it names none itself.
    package func on(connection uri: String) -> ZFSPlace {
        guard host == nil else { return self }
        var place = self
        place.host = SSHAddress(connection: uri)
        return place
    }
}
