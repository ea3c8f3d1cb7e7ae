package import Attestation
internal import HostSystem
internal import Pipeline
package import SystemPackage

/// Places outside of the output folder in which others find releases, each as `PLACE/NAME/VERSION/`.
package struct ReleasePlaces: Sendable {
    /// The places; folders are absolute.
    package let all: [ReleasePlace]

    /// These places.
    package init(_ places: [ReleasePlace]) {
        all = places
    }

    /// What is to be said of a place to which nothing is copied, as it is on a server.
    package static func note(on address: WebFolder) -> String {
        "\(address) can only be read: releases come there by other means"
    }

    /// Copies a release to every folder that does not have it yet: complete or not at all.
    ///
    /// Every folder is tried; the release itself stays where it is, and the next build goes on from there.
    ///
    /// - Throws: ``ReleaseCopyError`` for the places that did not take it.
    func take(_ release: FilePath, template: String, run: RunFolder, report: (String) -> Void) async throws {
        var failures: [(FilePath, any Error)] = []
        for place in all {
            let folder: FilePath
            switch place {
            case .web(let address):
                report(Self.note(on: address))
                continue
            case .folder(let path): folder = path
            }
            do {
                guard try await Self.copy(release, to: folder.appending(template), run: run) else { continue }
                report("copied to \(folder)")
            } catch let error as CancellationError {
                throw error
            } catch {
                failures.append((folder, error))
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
