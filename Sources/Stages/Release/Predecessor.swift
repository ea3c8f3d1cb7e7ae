internal import Attestation
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// The release that another one of the same template follows, to tell what changed since.
enum Predecessor {
    /// Among the releases in `folder`: of a version that was asked for the one with the next lower version, of one made
    /// from a key, which has no order, the one that was published last.
    ///
    /// - Returns: The release's folder; nil for a first release.
    static func of(_ version: String, in folder: FilePath) -> FilePath? {
        let others = folder.folderEntries.filter { $0 != version && ReleaseVersion.isWellFormed($0) }
        guard !isDerived(version), let place = VersionPrecedence(version) else {
            return others.map { folder.appending($0) }.max { published($0) < published($1) }
        }
        let lower = others.filter { !isDerived($0) }.compactMap { name in
            VersionPrecedence(name).flatMap { $0 < place ? (name: name, place: $0) : nil }
        }
        return lower.max { $0.place < $1.place }.map { folder.appending($0.name) }
    }

    /// Whether a version was made from a key.
    private static func isDerived(_ version: String) -> Bool {
        version.wholeMatch(of: /v0\.0\.0-[0-9a-f]{12}/) != nil
    }

    private static func published(_ release: FilePath) -> Date {
        let manifest = release.appending(ReleaseManifest.fileName)
        let attributes = try? FileManager.default.attributesOfItem(atPath: manifest.string)
        return attributes?[.modificationDate] as? Date ?? .distantPast
    }
}
