internal import Attestation
internal import DiskImages
internal import Foundation
internal import HostSystem
package import Pipeline
package import SystemPackage

/// Puts images, manifest, checksums and logs into `output/NAME/VERSION/`, by one rename: complete or not at all.
package struct PublishRelease: Stage {
    package static let name = "publish-release"
    package static let summary = "put the release into the output folder, complete or not at all"
    package static let revision = 1
    package static let product = StageProduct.nothing

    /// The kind under which a run notes the unfinished release.
    package static let partialKind = "unfinished-release"

    let template: Template
    let medium: InstallMedium
    let output: FilePath
    let version: String?

    /// The release of a template's images under `output`; without a version, one is made from the images' key.
    package init(template: Template, medium: InstallMedium, output: FilePath, version: String?) {
        self.template = template
        self.medium = medium
        self.output = output
        self.version = version
    }

    package func ingredients() async throws -> Ingredients? {
        Ingredients()
    }

    package func run(_ work: StageWork) async throws {
        guard let images = work.images, let key = work.keys.images else { return }
        let version = version ?? "v0.0.0-\(key.short)"
        let folder = output.appending(template.name)
        let target = folder.appending(version)
        let manifest = try await manifest(version: version, images: images, work)
        if target.exists { return try acceptPublished(target, manifest, work) }
        try folder.createFolder(durably: true)
        // Beside its final place, so that the rename stays within one file system; named after the run, so that two
        // runs are not in each other's way.
        let partial = folder.appending(".\(version).partial-\(work.run.id)")
        let resource = RunRecord.Resource(kind: Self.partialKind, name: partial.absolute.string)
        try work.run.note(resource)
        defer { try? work.run.forget(resource) }
        do {
            try await fill(partial, manifest, from: images, work)
            try await offloaded { _ in try partial.syncTree() }
            try partial.rename(to: target)
        } catch Errno.directoryNotEmpty {
            // Another build was faster.
            try? partial.remove()
            return try acceptPublished(target, manifest, work)
        } catch {
            try? partial.remove()
            throw error
        }
        work.published(target)
        work.report("\(target)")
    }

    /// A release that is already there is left alone if it is the same, and never replaced.
    private func acceptPublished(_ target: FilePath, _ manifest: ReleaseManifest, _ work: StageWork) throws {
        let published = try? target.appending("manifest.json").readBytes()
        guard try published == manifest.bytes() else { throw ReleaseExistsError(path: target) }
        // Whoever put it there may have been killed before the name was flushed.
        try target.removingLastComponent().sync()
        work.published(target)
        work.report("\(target) is already there, and the same")
    }

    private func manifest(version: String, images: FilePath, _ work: StageWork) async throws -> ReleaseManifest {
        let files = try ImageList.load(from: images).map { image in
            var image = image
            image.file = "\(template.name)-\(version).\(image.format.rawValue)"
            return image
        }
        return ReleaseManifest(
            template: template.name, summary: template.summary, version: version, images: files,
            keys: work.keys.byStage.mapValues(\.hex), medium: try await medium.identity(),
            tools: try await ConvertImage.tools())
    }

    private func fill(
        _ folder: FilePath, _ manifest: ReleaseManifest, from images: FilePath, _ work: StageWork
    ) async throws {
        try folder.createFolder()
        for image in manifest.images {
            // A copy and not a link: nothing that happens to a release may reach the store. Where the file system can
            // share blocks, this costs nothing.
            try await Program.run(
                "cp",
                [
                    "--reflink=auto", "--", images.appending("image.\(image.format.rawValue)").string,
                    folder.appending(image.file).string,
                ], deadline: .seconds(3600))
        }
        try folder.appending("manifest.json").write(try manifest.bytes())
        for (stage, name) in [(Seal.name, SealReport.fileName), (ProveSeal.name, JUnitReport.fileName)] {
            guard let source = evidence(stage, name, work) else { continue }
            try folder.appending(name).write(try source.readBytes())
        }
        try await Program.run(
            "cp", ["-r", "--preserve=timestamps", "--", work.run.logs.string, folder.appending("logs").string],
            deadline: .seconds(600))
        try await Checksums.write(in: folder, known: manifest.images)
    }

    private func evidence(_ stage: String, _ name: String, _ work: StageWork) -> FilePath? {
        let folder = stage == Seal.name ? work.disk?.removingLastComponent() : work.reports[stage]
        return folder.map { $0.appending(name) }.flatMap { $0.exists ? $0 : nil }
    }
}

/// A version that is taken by another release.
package struct ReleaseExistsError: Error, CustomStringConvertible {
    /// Where the other release is.
    package let path: FilePath

    package var description: String {
        "\(path) is there already, with other content; releases are never replaced: give another --version"
    }
}
