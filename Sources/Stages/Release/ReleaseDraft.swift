internal import Attestation
internal import DiskImages
internal import HostSystem
internal import Pipeline
package import SystemPackage

/// A release that a run is about to make: whose, at which version, and where it goes.
struct ReleaseDraft: Sendable {
    /// The template.
    let template: Template
    /// The files that the recipe consists of, by their paths in it.
    let recipe: [String: Digest]
    /// The installer medium.
    let medium: InstallMedium
    /// The folder for all templates' releases.
    let output: FilePath
    /// The version that was asked for; nil for one that is made from the images' key.
    let version: String?

    /// Where attesting leaves the files that the release gets beside images and logs.
    static func evidence(of run: RunFolder) -> FilePath {
        run.path.appending("evidence")
    }

    /// The release's version, for images under `key`.
    func version(of key: StageKey) -> String {
        version ?? "v0.0.0-\(key.short)"
    }

    /// The release's folder, for images under `key`.
    func folder(of key: StageKey) -> FilePath {
        output.appending(template.name).appending(version(of: key))
    }

    /// The manifest for the images of `work`, with the digests of the SBOMs that there are.
    func manifest(of images: FilePath, key: StageKey, sboms: [String: Digest], _ work: StageWork) async throws
        -> ReleaseManifest
    {
        let version = version(of: key)
        let files = try ImageList.load(from: images).map { image in
            var image = image
            image.file = "\(template.name)-\(version).\(image.format.rawValue)"
            return image
        }
        var tools = ConvertImage.tools.merging(work.ingredients[ReclaimSpace.name]?.tools ?? [:]) { $1 }
        if !sboms.isEmpty { tools["sbom"] = "\(SBOMSubject.revision)" }
        return ReleaseManifest(
            template: template.name, summary: template.summary, version: version, images: files, sboms: sboms,
            keys: Self.shapingKeys(work), medium: try await medium.identity(), tools: tools)
    }

    /// The keys of the stages that made the disk and the images; what a report found out is evidence, and no part of what
    /// the release is.
    private static func shapingKeys(_ work: StageWork) -> [String: String] {
        work.keys.byStage.filter { work.reports[$0.key] == nil }.mapValues(\.hex)
    }

    /// Whether the release of these images is in its place already; its SBOMs follow from the same keys, and are not
    /// made again to find that out.
    ///
    /// - Throws: ``ReleaseExistsError`` when another release is there; one is never replaced.
    func isPublished(_ images: FilePath, key: StageKey, _ work: StageWork) async throws -> Bool {
        let folder = folder(of: key)
        guard folder.exists else { return false }
        let manifestFile = folder.appending(ReleaseManifest.fileName)
        guard let there = try? ReleaseManifest(reading: manifestFile),
            try await manifest(of: images, key: key, sboms: there.sboms, work) == there
        else { throw ReleaseExistsError(path: folder) }
        return true
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
