internal import Attestation
internal import HostSystem
package import SystemPackage

/// An image of a release that was verified, and where its bytes are found when a host lacks them.
///
/// The evidence is verified, and so are the digest and the length that the image must have. Whoever puts its bytes somewhere
/// compares what has arrived with that digest.
package struct VerifiedImage: Sendable {
    /// The image.
    package let image: DeployedImage
    /// Who vouches for it; empty where nobody was asked for.
    package let signers: [String]
    /// The image's file in its release.
    let file: String
    /// The folders or servers that have the release.
    let places: [FoundRelease]
    /// Where what is on a server lies while it is used.
    let scratch: FilePath

    /// Lends the image's file; what is on a server is fetched first, and removed afterwards.
    ///
    /// - Throws: ``DeployError`` `noImage` when no place has it, and what `body` throws.
    package func withFile(_ body: (FilePath) async throws -> Void) async throws {
        for place in places {
            if let folder = place.place.folder {
                let path = folder.appending(file)
                guard path.exists, try path.fileSize().bytes == image.length else { continue }
                return try await body(path)
            }
            guard (try? await place.isThere()) == true else { continue }
            return try await place.withFolder(.image(file), scratch: scratch) { try await body($0.appending(file)) }
        }
        throw DeployError.noImage(image, file: file)
    }

    /// Lends the open image, of exactly the bytes that its manifest names: whoever changes the file afterwards changes another
    /// one, or is noticed where the bytes arrive.
    ///
    /// - Throws: ``DeployError`` `noImage` when no place has it, `otherBytes` when it is not what its manifest names, and what
    ///   `body` throws.
    package func withBytes(_ body: (FileDescriptor) async throws -> Void) async throws {
        try await withFile { [image] path in
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            defer { try? descriptor.close() }
            let digest = try await offloaded { isCancelled in
                try Digest.of(descriptor, size: .max, isCancelled: isCancelled)
            }
            guard digest == image.sha256 else { throw DeployError.otherBytes(image, path) }
            try await body(descriptor)
        }
    }

    /// Where others may fetch the image by themselves; nil for one that is in folders alone.
    package func address() async -> String? {
        for place in places {
            guard case .web(let web) = place.place, (try? await place.isThere()) == true else { continue }
            return web.appending(file).text
        }
        return nil
    }
}
