internal import HostSystem
internal import SystemPackage

/// A release on its way from an http server: what its checksums name, each file with its digest, complete or not at all.
///
/// The server chooses nothing but the content: names are those of plain files, lengths are bounded, those of images by the
/// manifest. Whether the right people signed it is for verification.
struct ReleaseDownload {
    /// The most bytes of all files together that are no images.
    static let evidenceLimit = ByteCount.gibibytes(1)
    private static let signatureLimit = ByteCount(4096)

    private let source: WebFolder
    private let scope: ReleaseScope
    private let patience: WebPatience

    /// As much as is wanted of the release in a folder of a server.
    init(from source: WebFolder, scope: ReleaseScope, patience: WebPatience) {
        self.source = source
        self.scope = scope
        self.patience = patience
    }

    /// Fetches it into an empty folder.
    ///
    /// - Throws: ``ReleaseDownloadError``, `CancellationError`, `Errno`; what is in the folder then is of no use.
    func fetch(into folder: FilePath) async throws {
        let list = try await fetchChecksums(into: folder)
        var room = Self.evidenceLimit
        for entry in list.entries where !ReleaseFileName.isImage(entry.name) {
            let size = try await fetch(entry, limit: room, deadline: patience.file, into: folder)
            room = ByteCount(room.bytes - size.bytes)
        }
        let images = list.entries.filter { ReleaseFileName.isImage($0.name) && scope.includes($0.name) }
        guard !images.isEmpty else { return }
        let sizes = try manifestSizes(in: folder)
        for entry in images {
            // What the manifest does not name is no image of the release, as verification will tell.
            guard let size = sizes[entry.name] else { continue }
            _ = try await fetch(entry, limit: size, deadline: patience.image, into: folder)
        }
    }

    private func fetchChecksums(into folder: FilePath) async throws -> ChecksumList {
        let name = ReleaseFileName.checksums
        guard try await fetch(name, limit: ChecksumList.sizeLimit, deadline: patience.file, into: folder) else {
            throw ReleaseDownloadError(release: source, problem: .absent)
        }
        // A release that nobody signed has none.
        _ = try await fetch(
            ReleaseFileName.signature, limit: Self.signatureLimit, deadline: patience.file, into: folder)
        let bytes = try folder.appending(name).readBytes(limit: ChecksumList.sizeLimit)
        do {
            return try ChecksumList(bytes)
        } catch {
            throw ReleaseDownloadError(release: source, problem: .checksums(error))
        }
    }

    /// Fetches a file that must be there, with its digest.
    private func fetch(
        _ entry: ChecksumList.Entry, limit: ByteCount, deadline: Duration, into folder: FilePath
    ) async throws -> ByteCount {
        guard try await fetch(entry.name, limit: limit, deadline: deadline, into: folder) else {
            throw ReleaseDownloadError(release: source, problem: .missing(file: entry.name))
        }
        let path = folder.appending(entry.name)
        guard try await Digest.of(file: path) == entry.digest else {
            throw ReleaseDownloadError(release: source, problem: .digest(file: entry.name))
        }
        return try path.fileSize()
    }

    private func fetch(
        _ name: String, limit: ByteCount, deadline: Duration, into folder: FilePath
    ) async throws -> Bool {
        do {
            return try await WebFile(name, in: source, patience: patience).fetch(
                to: folder.appending(name), limit: limit, deadline: deadline)
        } catch let error as WebFileError where error.problem == .tooLarge {
            throw ReleaseDownloadError(release: source, problem: .tooLarge(file: name, limit: limit))
        } catch let error as WebFileError {
            throw ReleaseDownloadError(release: source, problem: .unreachable(error))
        } catch ProgramError.timedOut(_, let limit) {
            throw ReleaseDownloadError(release: source, problem: .late(file: name, limit: limit))
        }
    }

    /// The lengths of the images.
    private func manifestSizes(in folder: FilePath) throws -> [String: ByteCount] {
        let path = folder.appending(ReleaseFileName.manifest)
        guard path.exists else { throw ReleaseDownloadError(release: source, problem: .noManifest) }
        do {
            let manifest = try ManifestCheck.manifest(try path.readBytes(limit: .mebibytes(4)))
            return Dictionary(manifest.images.map { ($0.file, ByteCount($0.size)) }) { min($0, $1) }
        } catch let finding as Finding {
            throw ReleaseDownloadError(release: source, problem: .manifest(finding))
        }
    }
}
