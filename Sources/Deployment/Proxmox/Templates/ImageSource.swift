package import HostSystem
package import SystemPackage

/// A verified image, and how it comes to a node.
package struct ImageSource: Sendable {
    /// The release that it is of.
    package let release: ProxmoxRelease
    /// The end of its file's name, which tells its format: `qcow2`.
    package let suffix: String
    /// The size of the disk in it.
    package let virtualSize: ByteCount
    /// The way.
    package let way: Way

    /// How an image comes to a node.
    package enum Way: Sendable {
        /// We send the bytes of an open file.
        case upload(FileDescriptor, size: Int64)
        /// The node fetches it by itself.
        case download(address: String, size: Int64)
    }

    /// An image.
    package init(release: ProxmoxRelease, suffix: String, virtualSize: ByteCount, way: Way) {
        self.release = release
        self.suffix = suffix
        self.virtualSize = virtualSize
        self.way = way
    }

    /// The file's length.
    var size: ByteCount {
        switch way {
        case .upload(_, let size), .download(_, let size): ByteCount(size)
        }
    }

    /// What uploads for a template are called, before what tells them apart.
    static func prefix(of name: String) -> String { "imagefactory-\(name)." }

    /// The name of its file on a storage.
    func fileName(for name: String, run: String) -> String {
        "\(Self.prefix(of: name))\(release.image.short)-\(run).\(suffix)"
    }

    /// Whether a volume is an upload that some try left for a template of this name.
    static func isUpload(_ volume: String, on storage: String, for name: String) -> Bool {
        let start = "\(storage):import/\(prefix(of: name))"
        guard volume.hasPrefix(start) else { return false }
        return volume.dropFirst(start.count).wholeMatch(of: /[0-9a-f]{12}-[0-9a-f]{8}\.(qcow2|raw|vmdk)/) != nil
    }
}
