internal import Attestation
internal import HostSystem
internal import SystemPackage

/// A release's `SHA256SUMS`, in the form that `sha256sum -c` reads: every file but itself, its signature and the logs.
enum Checksums {
    private static let fileName = ReleaseSignature.checksumsName

    /// Writes the checksums of the files in `folder`; those of `known` images are not computed again.
    static func write(in folder: FilePath, known: [ImageFile]) async throws {
        var lines = ""
        for name in folder.folderEntries where name != "logs" && !name.hasPrefix(fileName.string) {
            let path = folder.appending(name)
            let digest: Digest
            if let image = known.first(where: { $0.file == name }), try path.fileSize().bytes == image.size {
                digest = image.sha256
            } else {
                digest = try await Digest.of(file: path)
            }
            lines += "\(digest.hex)  \(name)\n"
        }
        try folder.appending(fileName).write(lines.utf8)
    }
}
