internal import HostSystem
package import SystemPackage

/// A release whose place is known; nobody vouches for what lies there until it is verified.
package struct FoundRelease: Sendable {
    /// What scratch folders for fetched releases begin with.
    package static let scratchPrefix = "release"

    /// Its folder.
    package let place: ReleasePlace
    private let patience: WebPatience

    /// The release in a folder.
    package init(_ place: ReleasePlace, patience: WebPatience = WebPatience()) {
        self.place = place
        self.patience = patience
    }

    /// Whether there is such a folder; of a server, whether it has the checksums of a release there.
    package func isThere() async throws -> Bool {
        switch place {
        case .folder(let path): path.isFolder
        case .web(let address): try await WebFile(ReleaseFileName.checksums, in: address, patience: patience).isThere()
        }
    }

    /// Lends a folder of this host, `NAME/VERSION`, with as much of the release as is wanted.
    ///
    /// What is on a server is fetched into `scratch`, each file with the digest that the checksums name, and removed
    /// afterwards; a part of it is never lent.
    ///
    /// - Throws: ``ReleaseDownloadError``, and what `body` throws.
    package func withFolder<Result>(
        _ scope: ReleaseScope, scratch: FilePath, _ body: (FilePath) async throws -> Result
    ) async throws -> Result {
        if case .folder(let path) = place { return try await body(path) }
        return try await withScratchFolder(in: scratch, prefix: Self.scratchPrefix) { folder in
            try await body(try await self.folder(scope, fetchedInto: folder))
        }
    }

    /// A folder of this host, `NAME/VERSION`, with as much of the release as is wanted.
    ///
    /// What is on a server is fetched into `scratch`, where nothing of its name may be yet; it stays there.
    ///
    /// - Throws: ``ReleaseDownloadError``.
    package func folder(_ scope: ReleaseScope, fetchedInto scratch: FilePath) async throws -> FilePath {
        switch place {
        case .folder(let path): return path
        case .web(let address):
            let target = address.segments.suffix(2).reduce(scratch) { $0.appending($1) }
            try target.createFolder()
            try await ReleaseDownload(from: address, scope: scope, patience: patience).fetch(into: target)
            return target
        }
    }
}
