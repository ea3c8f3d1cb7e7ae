internal import Attestation
internal import Foundation
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// The files that a release gets beside its images and logs, on their way into it.
struct EvidenceFiles {
    /// Where they are written.
    let folder: FilePath

    /// Writes the manifest.
    func write(_ manifest: ReleaseManifest) throws {
        try folder.appending(ReleaseManifest.fileName).write(try manifest.bytes())
    }

    /// Writes the inventory.
    func write(_ inventory: Inventory) throws {
        try folder.appending(TakeInventory.fileName).write(try inventory.json())
    }

    /// Writes the SBOMs of an image, in both of the usual forms.
    ///
    /// - Returns: Their digests, by file name.
    func writeSBOMs(
        of inventory: Inventory, for manifest: ReleaseManifest, supplier: String?, factory: String
    ) throws -> [String: Digest] {
        let subject = SBOMSubject(
            template: manifest.template, version: manifest.version, supplier: supplier, images: manifest.images,
            medium: manifest.medium, factory: factory, created: inventory.modified)
        let documents = [
            "sbom.spdx.json": try SPDXDocument(inventory, subject).json(),
            "sbom.cdx.json": try CycloneDXDocument(inventory, subject).json(),
        ]
        for (name, bytes) in documents { try folder.appending(name).write(bytes) }
        return documents.mapValues { Digest.of($0) }
    }

    /// Copies the reports that the pipeline's stages left.
    func copyReports(of work: StageWork) throws {
        for report in Evidence.reports where report != .sealReport {
            guard let source = report.report(in: work), let name = source.lastComponent else { continue }
            try folder.appending(name).write(try source.readBytes())
        }
        if let seal = try ReleaseSealReport(of: work), let name = Evidence.sealReport.files.first {
            try folder.appending(name).write(seal.json)
        }
        // No statement is about it: what listens is told, and judged by nobody.
        guard let ports = work.reports[ProveSeal.name]?.appending(OpenPorts.fileName), ports.exists else { return }
        try folder.appending(OpenPorts.fileName).write(try ports.readBytes())
    }

    /// Signs what is known of where the images come from.
    func sign(_ provenance: Provenance, of manifest: ReleaseManifest, by key: PrivateKey) throws {
        let files = [ReleaseManifest.fileName] + manifest.sboms.keys.sorted()
        let subjects = Self.images(of: manifest) + (try files.map(subject))
        try write(Statement(subject: subjects, predicate: provenance), as: .provenance, by: key)
    }

    /// Signs each report: that it is about these images. A stage whose checks do not all pass leaves no report.
    func signReports(of manifest: ReleaseManifest, by key: PrivateKey) throws {
        for report in Evidence.reports {
            let files = try report.files.filter { folder.appending($0).exists }.map(subject)
            guard !files.isEmpty else { continue }
            let result = TestResult(configuration: files, passed: [report.rawValue])
            try write(Statement(subject: Self.images(of: manifest) + files, predicate: result), as: report, by: key)
        }
    }

    private func write(
        _ statement: Statement<some AttestationPredicate>, as evidence: Evidence, by key: PrivateKey
    ) throws {
        guard let name = evidence.envelope else { return }
        let envelope = try Envelope.signing(try statement.json(), by: key)
        try folder.appending(name).write(try envelope.json())
    }

    /// A file of the folder, as a statement speaks of it.
    private func subject(_ name: String) throws -> ResourceDescriptor {
        let bytes = try folder.appending(name).readBytes(limit: .gibibytes(1))
        return ResourceDescriptor(name: name, sha256: Digest.of(bytes))
    }

    private static func images(of manifest: ReleaseManifest) -> [ResourceDescriptor] {
        manifest.images.map { ResourceDescriptor(name: $0.file, sha256: $0.sha256) }
    }
}
