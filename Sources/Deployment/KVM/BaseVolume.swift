internal import DiskImages
package import HostSystem
internal import Libvirt
internal import SystemPackage

/// The one copy of an image on a host, which all machines of that image stand on; it is named by the image's digest.
///
/// Beside it lies an empty volume, made once the bytes that have arrived were read back and have the digest: only then is
/// the base used. What a killed upload left is gone on with where it stopped.
struct BaseVolume: Sendable {
    let image: DeployedImage
    let pool: StoragePool

    /// The volume's name.
    var name: String { "imagefactory-\(image.sha256.hex).\(image.format.rawValue)" }
    /// The name of the volume that says that the base is whole.
    var seal: String { "imagefactory-\(image.sha256.hex).checked" }

    /// The base if it is whole; nil if there is none that is.
    func existing() async throws -> StorageVolume? {
        guard try await pool.volume(named: seal) != nil, let base = try await pool.volume(named: name) else {
            return nil
        }
        return base
    }

    /// The base, put there if it is not.
    ///
    /// - Throws: ``BaseVolumeError`` when other bytes have arrived than the image has; nothing of them is left then.
    func ensure(from verified: VerifiedImage, report: @escaping @Sendable (String) -> Void) async throws
        -> StorageVolume
    {
        if let base = try await existing() { return base }
        // What the pool knows may be older than what is in it.
        try await pool.refresh()
        if let base = try await existing() { return base }
        try await verified.withFile { file in try await self.upload(file, report) }
        guard let base = try await existing() else { throw BaseVolumeError.lost(name) }
        return base
    }

    private func upload(_ file: FilePath, _ report: @escaping @Sendable (String) -> Void) async throws {
        // Who writes the same image at the same time writes the same bytes.
        let volume = try await pool.file(name)
        let length = try await volume.length()
        let start = length <= image.length ? length : 0
        if start < image.length {
            let free = try await pool.freeSpace()
            guard free >= image.length - start else {
                throw BaseVolumeError.noRoom(
                    pool: pool.name, needed: ByteCount(image.length - start), free: ByteCount(free))
            }
            report(
                start == 0
                    ? "uploading \(ByteCount(image.length)) as \(name)"
                    : "going on with the upload of \(name) after \(ByteCount(start))")
            try await onceMade { try await volume.upload(file, from: start) }
        }
        report("checking \(name)")
        let digest = try await onceMade { try await volume.digest() }
        guard digest == image.sha256 else {
            try await volume.delete()
            throw BaseVolumeError.otherBytes(name, found: digest)
        }
        _ = try await pool.file(seal)
    }

    /// Does what libvirt refuses for as long as somebody else is making the volume.
    private func onceMade<Result>(_ work: () async throws -> Result) async throws -> Result {
        try await poll(every: .milliseconds(100), deadline: .seconds(30), for: "the making of \(name)") {
            do {
                return try await work()
            } catch let error as LibvirtError where error.code == .operationInvalid {
                return nil
            }
        }
    }
}

/// Why an image is not on a host.
package enum BaseVolumeError: Error, CustomStringConvertible {
    /// What has arrived is something else.
    case otherBytes(String, found: Digest)
    /// The pool is too full.
    case noRoom(pool: String, needed: ByteCount, free: ByteCount)
    /// It was there, and is gone.
    case lost(String)

    package var description: String {
        switch self {
        case .otherBytes(let name, let found):
            "\(name) has arrived as \(found), which is not the image's digest; it was removed, so try again, and verify the "
                + "release if that does not help"
        case .noRoom(let pool, let needed, let free):
            "the storage pool \(pool) has \(free) left, and the image takes \(needed); make room there"
        case .lost(let name):
            "\(name) was removed by somebody else just after it was made; try again"
        }
    }
}
