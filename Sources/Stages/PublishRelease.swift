internal import Attestation
internal import DiskImages
internal import HostSystem
package import Pipeline
internal import SystemPackage

/// Puts images, manifest, checksums and logs into `output/NAME/VERSION/`, by one rename: complete or not at all.
package struct PublishRelease: Stage {
    package static let name = "publish-release"
    package static let summary = "put the release into the output folder, complete or not at all"
    package static let revision = 1
    package static let product = StageProduct.nothing

    /// The kind under which a run notes the unfinished release.
    package static let partialKind = "unfinished-release"

    let draft: ReleaseDraft
    let places: ReleasePlaces
    private let signer: PrivateKey?

    /// The release of a draft, signed by `signer` if there is one, and copied to the places where others find it.
    init(_ draft: ReleaseDraft, places: ReleasePlaces, signer: PrivateKey?) {
        self.draft = draft
        self.places = places
        self.signer = signer
    }

    package func ingredients() async throws -> Ingredients? {
        Ingredients()
    }

    package func run(_ work: StageWork) async throws {
        guard let images = work.images, let key = work.keys.images else { return }
        let target = draft.folder(of: key)
        if try await draft.isPublished(images, key: key, work) {
            // Whoever put it there may have been killed before the name was flushed.
            try target.removingLastComponent().sync()
            work.report("\(target) is already there, and the same")
        } else {
            let isOurs = try await ReleasePlacement.put(target, run: work.run) { folder in
                try await fill(folder, from: images, key: key, work)
            }
            if !isOurs, try await !draft.isPublished(images, key: key, work) { throw ReleaseExistsError(path: target) }
            work.report("\(target)" + (isOurs ? "" : " was published by another build meanwhile, and is the same"))
        }
        work.published(target)
        try await places.take(target, template: draft.template.name, run: work.run, report: work.report)
    }

    private func fill(_ folder: FilePath, from images: FilePath, key: StageKey, _ work: StageWork) async throws {
        try folder.createFolder()
        let evidence = ReleaseDraft.evidence(of: work.run)
        let manifest: ReleaseManifest
        if evidence.exists {
            for name in evidence.folderEntries {
                try await Self.copy(evidence.appending(name), to: folder.appending(name))
            }
            manifest = try ReleaseManifest(reading: folder.appending(ReleaseManifest.fileName))
        } else {
            manifest = try await draft.manifest(of: images, key: key, sboms: [:], work)
            let files = EvidenceFiles(folder: folder)
            try files.write(manifest)
            try files.copyReports(of: work)
        }
        for image in manifest.images {
            // A copy and not a link: nothing that happens to a release may reach the store. Where the file system can
            // share blocks, this costs nothing.
            let source = images.appending("image.\(image.format.rawValue)")
            try await Self.copy(source, to: folder.appending(image.file))
        }
        try await Self.copy(work.run.logs, to: folder.appending("logs"))
        try await Checksums.write(in: folder, known: manifest.images)
        if let signer { _ = try ReleaseSignature(of: folder).make(by: signer) }
    }

    private static func copy(_ source: FilePath, to target: FilePath) async throws {
        try await Program.run(
            "cp", ["-r", "--reflink=auto", "--preserve=timestamps", "--", source.string, target.string],
            deadline: .seconds(3600))
    }
}
