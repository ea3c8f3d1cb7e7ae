internal import Attestation
internal import DiskImages
package import HostSystem
package import SystemPackage

/// A signed release with one small image and its provenance, and nothing else that a policy could ask for.
package struct SmallRelease: Sendable {
    /// The release's folder.
    package let folder: FilePath

    /// Makes one under `output`.
    ///
    /// - Parameters:
    ///   - commit: The commit of its recipe, as its provenance tells; nil where that says nothing.
    ///   - inputs: The digests of what else went into it.
    package init(
        _ template: String, _ version: String, in output: FilePath, key: PrivateKey, commit: String? = nil,
        isDirty: Bool = false, inputs: [Digest] = []
    ) throws {
        let folder = try Self.makeFolder(template, version, in: output)
        let image = Array("\(template) \(version)".utf8)
        let name = "\(template)-\(version).raw"
        try folder.appending(name).write(image)
        let file = ImageFile(
            format: .raw, file: name, size: Int64(image.count), sha256: Digest.of(image), virtualSize: 1 << 20)
        try self.init(
            file, of: template, version, in: folder, key: key, commit: commit, isDirty: isDirty, inputs: inputs)
    }

    /// Makes one under `output`, of an image that takes its place there.
    package init(
        _ template: String, _ version: String, in output: FilePath, key: PrivateKey, moving image: FilePath,
        virtualSize: ByteCount
    ) async throws {
        let folder = try Self.makeFolder(template, version, in: output)
        let name = "\(template)-\(version).qcow2"
        let place = folder.appending(name)
        try image.rename(to: place)
        let file = ImageFile(
            format: .qcow2, file: name, size: try place.fileSize().bytes, sha256: try await Digest.of(file: place),
            virtualSize: virtualSize.bytes)
        try self.init(file, of: template, version, in: folder, key: key, commit: nil, isDirty: false, inputs: [])
    }

    private static func makeFolder(_ template: String, _ version: String, in output: FilePath) throws -> FilePath {
        let folder = output.appending(template).appending(version)
        if folder.exists { try folder.remove() }
        try folder.createFolder()
        return folder
    }

    private init(
        _ file: ImageFile, of template: String, _ version: String, in folder: FilePath, key: PrivateKey,
        commit: String?,
        isDirty: Bool, inputs: [Digest]
    ) throws {
        self.folder = folder
        let manifest = ReleaseManifest(
            template: template, summary: "A small release", version: version, images: [file], sboms: [:], keys: [:],
            medium: MediumIdentity(sha256: Digest.of("iso"), name: "an ISO", version: "1"), tools: [:])
        try folder.appending("manifest.json").write(try manifest.bytes())
        var dependencies = inputs.map { ResourceDescriptor(name: "an input", sha256: $0) }
        if let commit { dependencies.append(ResourceDescriptor(name: "recipe", digest: ["gitCommit": commit])) }
        let provenance = Provenance(
            buildDefinition: .init(
                externalParameters: ["template": .string(template)],
                internalParameters: ["recipeIsDirty": .bool(isDirty)], resolvedDependencies: dependencies),
            runDetails: .init(builder: .init()))
        let subject = [
            ResourceDescriptor(name: file.file, sha256: file.sha256),
            ResourceDescriptor(name: "manifest.json", sha256: Digest.of(try manifest.bytes())),
        ]
        let statement = try Statement(subject: subject, predicate: provenance).json()
        try folder.appending("provenance.dsse.json").write(try Envelope.signing(statement, by: key).json())
        var lines = ""
        for name in folder.folderEntries {
            let digest = name == file.file ? file.sha256 : Digest.of(try folder.appending(name).readBytes())
            lines += "\(digest.hex)  \(name)\n"
        }
        try folder.appending("SHA256SUMS").write(lines.utf8)
        try folder.appending("SHA256SUMS.sig").write(try key.signature(of: Array(lines.utf8)))
    }

    /// The digest of its image.
    package static func image(_ template: String, _ version: String) -> Digest {
        Digest.of("\(template) \(version)")
    }
}
