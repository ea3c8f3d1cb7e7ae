package import HostSystem

/// A file, folder, link or device of an image.
package struct InstalledFile: Sendable, Codable, Equatable {
    /// What it is.
    package enum Kind: String, Sendable, Codable {
        case file, folder, link, block, character, pipe, socket
    }

    /// Its path in the running system: `/etc/fstab`, `/boot/efi/EFI/BOOT/BOOTX64.EFI`.
    package var path: String
    /// What it is.
    package var kind: Kind
    /// Its permissions in octal: `0644`.
    package var mode: String
    /// Its owner's number.
    package var user: Int
    /// Its group's number.
    package var group: Int
    /// Its length in bytes; nil for what is no file.
    package var size: Int64?
    /// The digest of its content; nil for what is no file.
    package var sha256: Digest?
    /// Where a link leads.
    package var target: String?
    /// The package that it belongs to; nil where none owns it, and for folders, which packages share.
    package var package: String?

    /// A file.
    package init(
        path: String, kind: Kind, mode: String, user: Int = 0, group: Int = 0, size: Int64? = nil,
        sha256: Digest? = nil, target: String? = nil, package: String? = nil
    ) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.user = user
        self.group = group
        self.size = size
        self.sha256 = sha256
        self.target = target
        self.package = package
    }
}
