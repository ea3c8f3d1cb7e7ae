internal import HostSystem
package import SystemPackage

/// A place where others find releases, each as `PLACE/NAME/VERSION/`; or such a release's own folder.
package enum ReleasePlace: Sendable, Hashable, CustomStringConvertible {
    /// A folder of this host.
    case folder(FilePath)
    /// A folder on an http server, which can only be read.
    case web(WebFolder)

    /// The place that a text names: an address, or a folder, which is relative to `base`.
    package init(_ text: String, relativeTo base: FilePath) throws(WebFolderError) {
        self = WebFolder.isAddress(text) ? .web(try WebFolder(text)) : .folder(base.pushing(FilePath(text)))
    }

    package var description: String {
        switch self {
        case .folder(let path): path.string
        case .web(let address): address.text
        }
    }

    /// The folder of this host; nil for one on a server.
    package var folder: FilePath? {
        guard case .folder(let path) = self else { return nil }
        return path
    }

    /// The place's folder of a release.
    package func release(_ template: String, _ version: String) -> ReleasePlace {
        switch self {
        case .folder(let path): .folder(path.appending(template).appending(version))
        case .web(let address): .web(address.appending(template).appending(version))
        }
    }
}
