internal import Attestation
internal import Foundation
internal import HostSystem
package import Pipeline
internal import SystemPackage

/// Writes what is known of the images: the SBOMs, what changed since the release before, and, signed, where they come from
/// and what was found out about them.
package struct Attest: Stage {
    package static let name = "attest"
    package static let summary = "write the SBOMs, and sign the provenance and each report"
    package static let revision = 1
    package static let product = StageProduct.nothing

    let draft: ReleaseDraft
    private let supplier: String?
    private let signer: PrivateKey?

    /// The evidence of a draft, signed by `signer` if there is one; the SBOMs name the supplier.
    init(_ draft: ReleaseDraft, supplier: String?, signer: PrivateKey?) {
        self.draft = draft
        self.supplier = supplier
        self.signer = signer
    }

    package func ingredients() async throws -> Ingredients? {
        Ingredients()
    }

    package func run(_ work: StageWork) async throws {
        guard let images = work.images, let key = work.keys.images else { return }
        let folder = ReleaseDraft.evidence(of: work.run)
        try folder.remove()
        guard try await !draft.isPublished(images, key: key, work) else {
            return work.report("the release is there already, with its evidence")
        }
        try folder.createFolder()
        let files = EvidenceFiles(folder: folder)
        let inventory = try TakeInventory.load(from: work.reports)
        var sboms: [String: Digest] = [:]
        if let inventory {
            let manifest = try await draft.manifest(of: images, key: key, sboms: [:], work)
            sboms = try files.writeSBOMs(
                of: inventory, for: manifest, supplier: supplier, factory: work.run.record.version)
            work.report("\(inventory.packages.count) packages, \(inventory.files.count) files")
        }
        let manifest = try await draft.manifest(of: images, key: key, sboms: sboms, work)
        try files.write(manifest)
        try files.copyReports(of: work)
        if let inventory {
            try files.write(inventory)
            try tellChanges(to: inventory, manifest, files, work)
        }
        guard let signer else {
            return work.report("no signing key is configured, so that nobody vouches for this release")
        }
        try await sign(files, manifest, inventory, by: signer, work)
    }

    private func tellChanges(
        to inventory: Inventory, _ manifest: ReleaseManifest, _ files: EvidenceFiles, _ work: StageWork
    ) throws {
        let releases = draft.output.appending(draft.template.name)
        guard let before = Predecessor.of(manifest.version, in: releases) else { return }
        let ports = OpenPorts.load(from: files.folder)
        let summary = try ReleaseChanges.write(
            since: before, to: inventory, manifest, ports: ports, into: files.folder)
        guard let summary, let version = before.lastComponent?.string else { return }
        work.report("since \(version): \(summary)")
    }

    private func sign(
        _ files: EvidenceFiles, _ manifest: ReleaseManifest, _ inventory: Inventory?, by signer: PrivateKey,
        _ work: StageWork
    ) async throws {
        let record = ProvenanceRecord(
            manifest: manifest, template: draft.template, recipe: draft.recipe, ingredients: work.ingredients,
            inventory: inventory, source: try await RecipeSource.of(draft.template.root), run: work.run.record,
            finished: UTCStamp.full(Date()))
        try files.sign(record.provenance, of: manifest, by: signer)
        try files.signReports(of: manifest, by: signer)
        work.report("signed by the key \(signer.publicKey.fingerprint.short)")
    }
}
