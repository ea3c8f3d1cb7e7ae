internal import DiskImages
internal import HostSystem
internal import SystemPackage

/// Holds a release's manifest against its folder and its checksums.
struct ManifestCheck {
    let manifest: ReleaseManifest
    let list: ChecksumList
    let folder: ReleaseFolder
    /// What is looked at, whatever became of the rest.
    let scope: ReleaseScope

    /// The layout that is known.
    private static let schema = 1

    /// The manifest in a file's bytes.
    ///
    /// It must have the very bytes that the factory writes for what it says: so it says nothing that is not looked at, and
    /// no program reads something else in it.
    static func manifest(_ bytes: [UInt8]) throws(Finding) -> ReleaseManifest {
        do {
            let manifest = try StrictJSON.decode(ReleaseManifest.self, from: bytes)
            guard manifest.schema == schema else {
                throw Finding(
                    .manifestForm, ReleaseFileName.manifest, "has schema \(manifest.schema), which is not known")
            }
            guard manifest.images.count <= ImageFormat.allCases.count else {
                throw Finding(.manifestForm, ReleaseFileName.manifest, "names more images than there are formats")
            }
            guard try manifest.bytes() == bytes else {
                throw Finding(.manifestForm, ReleaseFileName.manifest, "is not written as the factory writes it")
            }
            return manifest
        } catch let error as Finding {
            throw error
        } catch {
            throw Finding(.manifestForm, ReleaseFileName.manifest, "\(error)")
        }
    }

    /// What is wrong.
    var findings: [Finding] {
        releaseName() + folderName() + manifest.images.flatMap(look) + sboms() + strangers()
    }

    private func releaseName() -> [Finding] {
        let problem =
            TemplateName.isWellFormed(manifest.template)
            ? ReleaseVersion.problem(with: manifest.version)
            : "\(StrictJSON.quoted(manifest.template)) is no template's name"
        return problem.map { [Finding(.releaseName, ReleaseFileName.manifest, "names no release: \($0)")] } ?? []
    }

    private func folderName() -> [Finding] {
        let names = folder.path.components.suffix(2).map(\.string)
        let joined = "\(manifest.template)-\(manifest.version)"
        guard names != [manifest.template, manifest.version], names.last != joined else { return [] }
        let found = names.joined(separator: "/")
        return [
            Finding(
                .folderName, ReleaseFileName.manifest,
                "is that of \(manifest.template)/\(manifest.version), and the folder is \(StrictJSON.quoted(found))")
        ]
    }

    private func look(at image: ImageFile) -> [Finding] {
        let name = "\(manifest.template)-\(manifest.version).\(image.format.rawValue)"
        guard image.file == name, manifest.images.filter({ $0.file == name }).count == 1 else {
            return [
                Finding(
                    .imageName, ReleaseFileName.manifest,
                    "names an image \(StrictJSON.quoted(image.file)), where '\(name)' is expected once")
            ]
        }
        guard image.size > 0, image.virtualSize > 0 else {
            return [Finding(.manifestForm, ReleaseFileName.manifest, "gives '\(name)' an impossible size")]
        }
        guard let listed = list.digest(of: name) else {
            return [Finding(.imageDigest, name, "is in the manifest, and has no checksum")]
        }
        var findings: [Finding] = []
        if listed != image.sha256 {
            findings.append(
                Finding(.imageDigest, name, "is \(image.sha256) by the manifest, and \(listed) by the checksums"))
        }
        if scope.includes(name), let file = folder.files[name], file.size != image.size {
            findings.append(Finding(.imageSize, name, "has \(file.size) bytes, and \(image.size) by the manifest"))
        }
        return findings
    }

    /// SBOMs of other bytes than the manifest says, or that one of both does not name.
    private func sboms() -> [Finding] {
        let names = Set(manifest.sboms.keys).union(Evidence.sbom.files).sorted()
        return names.filter { manifest.sboms[$0] != list.digest(of: $0) }.map { name in
            let told = [manifest.sboms[name], list.digest(of: name)].map { $0?.description ?? "nothing" }
            return Finding(.sbomDigest, name, "is \(told[0]) by the manifest, and \(told[1]) by the checksums")
        }
    }

    /// Images that the manifest does not name. What the checksums do not list is told of as such.
    private func strangers() -> [Finding] {
        guard !manifest.images.isEmpty else {
            return [Finding(.manifestForm, ReleaseFileName.manifest, "names no image")]
        }
        let known = Set(manifest.images.map(\.file))
        var findings = list.entries.map(\.name).filter { ReleaseFileName.isImage($0) && !known.contains($0) }.map {
            Finding(.unknownImage, $0, "is an image that the manifest does not name")
        }
        if case .image(let image) = scope, !known.contains(image) {
            findings.append(Finding(.noImage, image, "is no image of \(manifest.template) \(manifest.version)"))
        }
        return findings
    }
}
