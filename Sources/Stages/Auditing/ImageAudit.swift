package import DiskAudit
package import DiskImages
internal import HostSystem
package import Machines
package import SystemPackage

/// Audits an image that no build is on record of.
///
/// Whoever made the image has written its headers, which may name other files: QEMU sees none of them. The disk in it is
/// written out by the factory's own readers, as a raw file with holes; libguestfs's small machine gets an overlay of that,
/// while the bytes are searched on this host.
package struct ImageAudit: Sendable {
    private let accelerator: Accelerator
    private let scratch: FilePath

    /// An audit whose small machine runs by `accelerator`; `scratch` needs the room of the image's data.
    package init(accelerator: Accelerator, scratch: FilePath) {
        self.accelerator = accelerator
        self.scratch = scratch
    }

    /// The report on `disk`.
    ///
    /// - Throws: ``OfflineLookError`` when libguestfs cannot look at it, `ImageError` for a broken image,
    ///   `CancellationError`.
    package func report(on disk: any DiskReader, _ declarations: AuditDeclarations) async throws -> AuditReport {
        try await withScratchFolder(in: scratch, prefix: "audit") { folder in
            let raw = folder.appending("disk.raw")
            try await RawCopy.write(disk, to: raw)
            let overlay = folder.appending("overlay.qcow2")
            try await BuildDisk.createOverlay(overlay, of: raw, format: "raw")
            let archive = folder.appending("system.tar")
            async let searching = SecretScan().scan(try DiskImage.open(raw, as: .raw))
            let words = try await OfflineMachine(accelerator: accelerator).reclaim(
                overlay, collectingInto: archive, log: nil)
            let scan = try await searching
            let hasSystem = words.system?.hasSystem == true
            return DiskAuditor(declarations).report(
                system: hasSystem ? try AuditedSystem(collectedInto: archive, origin: .disk) : nil,
                whyNoSystem: words.system == nil
                    ? "the disk is damaged" : "libguestfs finds no system on the disk",
                volumes: words.disk.auditedVolumes, unseen: words.unseen, scan: scan,
                locations: try await DiskMap(scratch: folder).locations(of: scan.hits.map(\.offset), inRaw: raw))
        }
    }
}
