internal import DiskAudit
internal import DiskImages
internal import Foundation
internal import HostSystem
package import Pipeline
internal import SystemPackage

/// Looks once more at the disk as it will be released: whether its seal is complete, whether it boots on any machine, and
/// whether a secret is anywhere among its bytes.
///
/// The disk is only read. What its system holds was collected by ``ReclaimSpace``; where libguestfs cannot read the file
/// system, a clone that is thrown away is booted and lists it. The disk's bytes are searched here, on this host.
package struct AuditDisk: Stage {
    package static let name = "audit-disk"
    package static let summary =
        "look for identities, secrets and the build's traces on the disk as it will be released"
    package static let revision = 1
    package static let product = StageProduct.report

    private let declarations: AuditDeclarations
    private let machines: BuildMachines

    /// The audit of a template's disk.
    ///
    /// - Throws: ``AllowanceError`` for an allowance of something that no check knows.
    package init(machines: BuildMachines) throws {
        declarations = try AuditDeclarations(machines.template)
        self.machines = machines
    }

    package func ingredients() async throws -> Ingredients? {
        try Ingredients(options: declarations, tools: ["rules": DiskAuditor.rulesDigest.hex])
    }

    package func run(_ work: StageWork) async throws {
        guard let disk = work.disk else { return }
        let secrets = buildSecrets(work.keys)
        work.report("searching the disk for secrets")
        let reader = try LayerReader.open(disk)
        let clock = ContinuousClock()
        let start = clock.now
        let scan = try await SecretScan(for: secrets).scan(reader)
        work.report(scan.remark(after: clock.now - start))
        let locations = try await DiskMap(scratch: work.folder).locations(of: scan.hits.map(\.offset), on: reader)
        let health = try DiskReport.load(from: disk.removingLastComponent())
        let report = DiskAuditor(declarations).report(
            system: try await system(on: disk, work), volumes: health?.auditedVolumes,
            unseen: health?.unseenVolumes ?? [], scan: scan, locations: locations, secrets: secrets)
        for folder in [work.folder, work.run.logs] {
            try folder.appending(AuditReport.fileName).write(try report.json())
        }
        for allowed in report.allowed {
            work.report(
                TerminalText.plain("allowed: \(allowed.finding.kind) in \(allowed.finding.location): \(allowed.reason)")
            )
        }
        for unused in report.unusedAllowances {
            work.report(TerminalText.plain("the allowance of '\(unused.kind)' in \(unused.path) is not needed"))
        }
        guard report.isGood else { throw AuditError(findings: report.findings) }
        work.report("\(report.checks.count) checks, nothing found that must not be there")
    }

    /// The secrets among the answers, by their keys, and what else the run knows.
    private func buildSecrets(_ keys: StageKeys) -> [BuildSecret] {
        let (answers, secrets) = (machines.template.answers, machines.secrets)
        let named = answers.entries.compactMap { entry -> (String, Secret)? in
            (try? secrets.value(of: entry.key, in: answers, keys: keys)).flatMap { $0 }.map { (entry.key, $0) }
        }
        let texts = Set(named.map { $0.1.reveal() })
        let others = secrets.known.all.filter { !texts.contains($0.reveal()) }
        return named.map { BuildSecret(name: $0.0, secret: $0.1) }
            + others.map { BuildSecret(name: "another secret of this run", secret: $0) }
    }

    /// What is on the disk.
    private func system(on disk: FilePath, _ work: StageWork) async throws -> AuditedSystem {
        let collected = ReclaimSpace.archive(in: disk.removingLastComponent())
        if collected.exists { return try AuditedSystem(collectedInto: collected, origin: .disk) }
        work.report("booting a clone of the disk, which lists what is on it")
        return try await withScratchFolder(in: work.folder, prefix: "clone") { folder in
            let listed = folder.appending("system.tar")
            try await ListingClone(machines: machines).list(disk, into: listed, work)
            return try AuditedSystem(collectedInto: listed, origin: .clone)
        }
    }
}

extension ScanResult {
    /// What was looked at, and how fast, for somebody who watches.
    fileprivate func remark(after duration: Duration) -> String {
        let rate = ByteCount(Int64(Double(bytes + unpackedBytes) / max(duration.seconds, 0.001)))
        return "looked for \(rules) kinds of secrets in \(ByteCount(bytes)), and in \(ByteCount(unpackedBytes)) that "
            + "\(unpackedStreams) compressed streams hold, at \(rate)/s"
    }
}

extension DiskReport {
    /// The volumes whose bytes may be encrypted or compressed.
    var unseenVolumes: [String] {
        volumes.filter { ["zfs_member", "crypto_LUKS", "btrfs", "f2fs"].contains($0.kind) }.map(\.description)
    }

    /// The file systems, as an audit reports them.
    var auditedVolumes: [DiskAuditor.Volume] {
        volumes.filter { $0.checkedBy != nil || $0.unchecked != nil || $0.damage != nil }.map { volume in
            DiskAuditor.Volume(
                name: "\(volume)", checkedBy: volume.checkedBy,
                trouble: volume.damage.map { "\($0.program) says: \($0.message)" } ?? volume.unchecked,
                isDamaged: volume.damage != nil)
        }
    }
}
