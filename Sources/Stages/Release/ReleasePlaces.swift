internal import HostSystem
internal import Pipeline
package import SystemPackage

/// Folders outside of the output folder in which others find releases, each as `PLACE/NAME/VERSION/`.
package struct ReleasePlaces: Sendable {
    /// The folders, absolute.
    package let folders: [FilePath]

    /// These folders.
    package init(_ folders: [FilePath]) {
        self.folders = folders
    }

    /// Copies a release to every place that does not have it yet: complete or not at all.
    ///
    /// Every place is tried; the release itself stays where it is, and the next build goes on from there.
    ///
    /// - Throws: ``ReleaseCopyError`` for the places that did not take it.
    func take(_ release: FilePath, template: String, run: RunFolder, report: (String) -> Void) async throws {
        var failures: [(FilePath, any Error)] = []
        for place in folders {
            do {
                guard try await Self.copy(release, to: place.appending(template), run: run) else { continue }
                report("copied to \(place)")
            } catch let error as CancellationError {
                throw error
            } catch {
                failures.append((place, error))
            }
        }
        guard failures.isEmpty else { throw ReleaseCopyError(release: release, failures: failures) }
    }

    /// Copies a release into a folder of releases.
    ///
    /// - Returns: Whether it was not there yet.
    private static func copy(_ release: FilePath, to folder: FilePath, run: RunFolder) async throws -> Bool {
        guard let version = release.lastComponent else { return false }
        let target = folder.appending(version)
        guard !target.exists else {
            try acceptCopy(target, of: release)
            return false
        }
        let isNew = try await ReleasePlacement.put(target, run: run) { partial in
            try await Program.run(
                "cp", ["-r", "--reflink=auto", "--sparse=auto", "--", release.string, partial.string],
                deadline: .seconds(4 * 3600))
        }
        if !isNew { try acceptCopy(target, of: release) }
        return isNew
    }

    private static func acceptCopy(_ target: FilePath, of release: FilePath) throws {
        let (here, there) = (release.appending("manifest.json"), target.appending("manifest.json"))
        guard let bytes = try? there.readBytes(), try here.readBytes() == bytes else {
            throw ReleaseExistsError(path: target)
        }
    }
}

/// Places that did not take a release.
package struct ReleaseCopyError: Error, CustomStringConvertible {
    /// The release, which is complete.
    package let release: FilePath
    /// Which place refused it, and why.
    package let failures: [(place: FilePath, reason: any Error)]

    package var description: String {
        (["the release is complete in \(release), but was not copied everywhere; the same command tries again"]
            + failures.map { "  > \($0.place): \($0.reason)" }).joined(separator: "\n")
    }
}
