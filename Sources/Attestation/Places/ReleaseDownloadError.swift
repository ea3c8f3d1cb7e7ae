package import HostSystem

/// A release that a server does not give as it must be; nothing of it is used.
package struct ReleaseDownloadError: Error, CustomStringConvertible {
    /// Its address.
    package let release: WebFolder
    /// What is wrong.
    package let problem: Problem

    /// What is wrong with a release on a server.
    package enum Problem: Sendable {
        /// There is none.
        case absent
        /// The server cannot be reached, or gives a file only in part.
        case unreachable(WebFileError)
        /// A file takes longer than it may.
        case late(file: String, limit: Duration)
        /// The checksums are not written as they must be.
        case checksums(ChecksumListError)
        /// There are images to fetch, and no manifest.
        case noManifest
        /// The manifest is not written as it must be.
        case manifest(Finding)
        /// A file that the checksums name is not there.
        case missing(file: String)
        /// A file is longer than it may be.
        case tooLarge(file: String, limit: ByteCount)
        /// A file's content is not that of its checksum.
        case digest(file: String)
    }

    /// Whether the release is not to be had, or not now; if not, it is not as it was signed.
    package var isMissing: Bool {
        switch problem {
        case .absent, .unreachable, .late: true
        case .checksums, .noManifest, .manifest, .missing, .tooLarge, .digest: false
        }
    }

    package var description: String {
        switch problem {
        case .absent: "there is no release at \(release): it has no SHA256SUMS; name the address of NAME/VERSION"
        case .unreachable(let error): "\(error)"
        case .late(let file, let limit): "\(file) of \(release) was not there after \(limit)"
        case .checksums(let error): "SHA256SUMS of \(release) \(error); whoever signed it must make it anew"
        case .noManifest: "\(release) names images, and no manifest.json that says what they are"
        case .manifest(let finding): "\(release): \(finding)"
        case .missing(let file):
            "\(file) of \(release) is not there, and its SHA256SUMS names it; have the release copied there again"
        case .tooLarge(let file, let limit):
            "\(file) of \(release) is longer than \(limit), which is the most that it may be; nothing of it is used"
        case .digest(let file):
            "\(file) of \(release) does not hold what its checksum says; have the release copied there again"
        }
    }
}
