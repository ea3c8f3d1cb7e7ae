internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// A release as the command line names it.
///
/// ```
/// output/web/v1.2.0                        a folder, or an image in one
/// web/v1.2.0                               NAME/VERSION, looked for in 'output' and then in 'releases'
/// https://host/releases/web/v1.2.0         a folder on a server, or an image in one
/// ```
enum ReleaseReference: Equatable {
    /// A file or folder of this host.
    case path(FilePath)
    /// A release of this name and version, wherever it is.
    case named(template: String, version: String)
    /// A folder on a server.
    case web(WebFolder)

    /// What is named by a text; what is there on this host comes first.
    ///
    /// - Throws: `UsageError`.
    init(_ text: String) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if WebFolder.isAddress(text) {
            do {
                self = .web(try WebFolder(text))
            } catch {
                throw UsageError(description: "a release cannot be named so: \(error)")
            }
        } else if parts.count == 2, !FilePath(text).exists, TemplateName.isWellFormed(parts[0]),
            ReleaseVersion.isWellFormed(parts[1])
        {
            self = .named(template: parts[0], version: parts[1])
        } else {
            self = .path(FilePath(text))
        }
    }

    /// The release, and how much of it is meant; nil where the text does not tell that.
    ///
    /// - Throws: `ReleaseFinderError`, ``UsageError``, `YAMLError`.
    func resolve(_ global: GlobalOptions) async throws -> (FoundRelease, ReleaseScope?) {
        switch self {
        case .path(let path):
            guard path.exists, !path.isFolder, let name = path.lastComponent?.string else {
                return (FoundRelease(.folder(path)), nil)
            }
            return (FoundRelease(.folder(path.absolute.removingLastComponent())), .image(name))
        case .named(let template, let version):
            return (try await Self.finder(global).find(template: template, version: version), nil)
        case .web(let address):
            guard let name = address.segments.last, !ReleaseVersion.isWellFormed(name), ReleaseFileName.isImage(name),
                let folder = address.parent
            else { return (FoundRelease(.web(address)), nil) }
            return (FoundRelease(.web(folder)), .image(name))
        }
    }

    /// Where the project's releases are found.
    static func finder(_ global: GlobalOptions) throws -> ReleaseFinder {
        let root = try global.templates().root
        let configuration = try Configuration(root: root, environment: ProcessInfo.processInfo.environment)
        return ReleaseFinder([.folder(configuration.output)] + configuration.releases)
    }

    /// What a command's argument for a release says of itself.
    static func help(besides other: String) -> ArgumentHelp {
        "A release's folder, output/NAME/VERSION, \(other); NAME/VERSION, as 'output' or 'releases' have it; or an address."
    }
}
