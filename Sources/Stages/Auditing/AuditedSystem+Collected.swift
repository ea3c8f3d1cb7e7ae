internal import Attestation
package import DiskAudit
internal import HostSystem
package import SystemPackage

extension AuditedSystem {
    /// What was collected of a system into `archive`, as an audit looks at it.
    ///
    /// - Throws: ``InventoryError``, `ImageError` for an archive that is broken.
    package init(collectedInto archive: FilePath, origin: Origin) throws {
        let collected = try CollectedSystem(archive)
        let tree = try FileTree(reading: collected)
        var texts: [String: String] = [:]
        for path in ["/etc/machine-id", "/etc/hostname", "/etc/iscsi/initiatorname.iscsi"] {
            texts[path] = try collected.text(of: path)
        }
        self.init(
            origin: origin, files: tree.files, mountPoints: tree.mountPoints, fatMounts: tree.fatMounts,
            accounts: AccountLines.accounts(try collected.lines("accounts")), texts: texts,
            pins: try collected.lines("pins").compactMap(Self.pin))
    }

    /// A path and the setting that stands in it, with a zero byte between them.
    private static func pin(_ line: String) -> Pin? {
        let fields = line.split(separator: "\0", maxSplits: 1)
        guard fields.count == 2, fields[0].hasPrefix("./") else { return nil }
        return Pin(
            path: String(fields[0].dropFirst()),
            key: fields[1].filter { $0.isLetter || $0 == "-" }.lowercased())
    }
}
