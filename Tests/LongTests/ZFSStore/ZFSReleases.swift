import Attestation
import DiskImages
import HostSystem
import SystemPackage
import Testing

@testable import Deployment

/// Images of one template, each of which differs a little from the one before.
struct ZFSReleases: Sendable {
    static let size: Int64 = 1 << 30
    /// A disk that is no whole number of a volume's blocks.
    static let oddSize: Int64 = size + 512
    let folder: FilePath

    /// An image: 48 MiB that no compression makes smaller, in islands, and some that are its version's own.
    func image(_ version: String) async throws -> (verified: VerifiedImage, raw: Digest) {
        let raw = folder.appending("\(version).raw")
        let file = folder.appending("\(version)/web.qcow2")
        if !file.exists {
            try folder.appending(version).createFolder()
            let seed = folder.appending("seed.raw")
            if !seed.exists {
                try await shell(
                    """
                    truncate -s \(Self.oddSize) "$1"
                    for place in 0 1 2 3 300 301 600; do
                        dd if=/dev/urandom of="$1" bs=1M seek=$place count=6 conv=notrunc status=none
                    done
                    printf end | dd of="$1" bs=1 seek=$((\(Self.oddSize) - 3)) conv=notrunc status=none
                    """, seed)
            }
            try await shell(
                """
                cp --sparse=always "$2" "$1"
                printf '%s' "$3" | dd of="$1" bs=1 seek=5000000 conv=notrunc status=none
                qemu-img convert -f raw -O qcow2 "$1" "$4"
                """, raw, seed, FilePath(version), file)
        }
        let digest = try await Digest.of(file: file)
        return (
            VerifiedImage(
                image: DeployedImage(
                    template: "web", version: version, release: .of(version), sha256: digest, format: .qcow2,
                    length: try file.fileSize().bytes, virtualSize: Self.oddSize),
                signers: ["release"], file: "web.qcow2",
                places: [FoundRelease(.folder(folder.appending(version)))],
                scratch: folder), try await Digest.of(file: raw)
        )
    }

    private func shell(_ script: String, _ paths: FilePath...) async throws {
        try await Program.run(
            "sh", ["-euc", script, "sh"] + paths.map(\.string), deadline: .seconds(120))
    }
}
