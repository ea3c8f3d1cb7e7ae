internal import Attestation
package import HostSystem

/// Judges a disk that is to become an image, or is one: by what its system holds, and by all of its bytes.
package struct DiskAuditor: Sendable {
    /// A file system, and what was said of its health.
    package struct Volume: Sendable {
        /// Which one: `partition 2 (ext4)`.
        package let name: String
        /// What checked it; nil if nothing did.
        package let checkedBy: String?
        /// Why nothing checked it, or what is wrong with it.
        package let trouble: String?
        /// Whether it is damaged.
        package let isDamaged: Bool

        package init(name: String, checkedBy: String?, trouble: String?, isDamaged: Bool) {
            self.name = name
            self.checkedBy = checkedBy
            self.trouble = trouble
            self.isDamaged = isDamaged
        }
    }

    private let declarations: AuditDeclarations

    /// An audit of what is not declared.
    package init(_ declarations: AuditDeclarations) {
        self.declarations = declarations
    }

    /// The kinds of findings that a template can allow.
    package static let kinds: [String] =
        Set(IdentityCheck.all.map(\.name) + SecretRule.all.map(\.kind) + [BuildSecret.kind, loaderCheck]).sorted()

    /// The digest of all that is looked for, so that a new rule looks at an old disk again.
    package static let rulesDigest = Digest.of(
        (kinds + SecretRule.all.map(\.pattern.expression) + IdentityCheck.all.map(\.summary)).joined(separator: "\n"))

    private static let loaderCheck = "fallback-loader"
    private static let fileSystemCheck = "file-systems"
    private static let secretCheck = "secrets"
    /// No template can allow it: nobody knows what was not looked at.
    private static let incompleteKind = "scan-incomplete"

    /// What the identity checks find in a system.
    package func findings(in system: AuditedSystem) -> [AuditFinding] {
        IdentityCheck.all.flatMap { $0.findings(in: system, declarations) }
    }

    /// The report.
    ///
    /// - Parameters:
    ///   - system: What is on the disk; nil if nobody could list it.
    ///   - whyNoSystem: Why nobody could.
    ///   - volumes: The health of its file systems; nil if nobody looked.
    ///   - unseen: The parts of the disk whose bytes tell little, because they are encrypted or compressed.
    ///   - scan: What was found among its bytes.
    ///   - locations: Where the bytes of these findings belong.
    ///   - secrets: The build's secrets.
    package func report(
        system: AuditedSystem?, whyNoSystem: String = "", volumes: [Volume]?, unseen: [String] = [], scan: ScanResult,
        locations: [Int64: DiskMap.Location], secrets: [BuildSecret] = []
    ) -> AuditReport {
        var report = AuditReport()
        for check in IdentityCheck.all {
            if let system {
                report.add(
                    check.name, check.summary, findings: check.findings(in: system, declarations), by: declarations)
            } else {
                report.skip(check.name, check.summary, why: whyNoSystem)
            }
        }
        addLoader(system, whyNoSystem, to: &report)
        addHealth(volumes, to: &report)
        addSecrets(scan, locations, system, (secrets, unseen), to: &report)
        report.noteUnused(of: declarations)
        return report
    }

    private func addLoader(_ system: AuditedSystem?, _ whyNoSystem: String, to report: inout AuditReport) {
        let summary = "UEFI firmware that knows nothing of the system finds a boot loader"
        guard let system else { return report.skip(Self.loaderCheck, summary, why: whyNoSystem) }
        guard !system.fatMounts.isEmpty else {
            return report.skip(Self.loaderCheck, summary, why: "no EFI system partition is among its file systems")
        }
        let isLoader = { (path: String) in
            let upper = path.uppercased()
            return ["X64", "AA64", "IA32", "ARM", "RISCV64"].contains { upper.hasSuffix("/EFI/BOOT/BOOT\($0).EFI") }
        }
        let loaders = system.files.values.filter { file in
            isLoader(file.path) && system.fatMounts.contains { file.path.hasPrefix("\($0)/") } && file.size ?? 0 > 0
        }
        let missing = AuditFinding(
            check: Self.loaderCheck, title: "no boot loader under the name that firmware falls back to",
            path: "\(system.fatMounts[0])/EFI/BOOT/BOOTX64.EFI",
            advice: "install the loader for removable media, too: 'grub-install --removable', or copy it to that name")
        report.add(
            Self.loaderCheck, summary, findings: loaders.isEmpty ? [missing] : [], by: declarations,
            detail: loaders.map(\.path).min())
    }

    private func addHealth(_ volumes: [Volume]?, to report: inout AuditReport) {
        let summary = "the file systems are whole and were unmounted"
        guard let volumes else { return report.skip(Self.fileSystemCheck, summary, why: "nobody looked at them here") }
        let findings = volumes.filter(\.isDamaged).map { volume in
            AuditFinding(
                check: Self.fileSystemCheck, title: "\(volume.name) is damaged: \(volume.trouble ?? "")",
                path: volume.name,
                advice: "look at the logs of the last shutdown; then build it again")
        }
        let detail = volumes.map { volume in
            "\(volume.name): \(volume.checkedBy ?? volume.trouble ?? "not checked")"
        }
        report.add(
            Self.fileSystemCheck, summary, findings: findings, by: AuditDeclarations(),
            detail: detail.joined(separator: "; "))
    }

    private func addSecrets(
        _ scan: ScanResult, _ locations: [Int64: DiskMap.Location], _ system: AuditedSystem?,
        _ unseen: (secrets: [BuildSecret], parts: [String]), to report: inout AuditReport
    ) {
        let findings = scan.hits.map { finding(of: $0, locations[$0.offset], system) }.filter {
            !isDeclared($0.account, $0.finding)
        }
        report.add(
            Self.secretCheck, "no secret is among the disk's bytes",
            findings: gaps(in: scan) + findings.map(\.finding), by: declarations,
            detail: detail(of: scan, unseen.secrets, unseen.parts))
    }

    /// What was passed over although it could be seen; without a place, so that no allowance fits.
    private func gaps(in scan: ScanResult) -> [AuditFinding] {
        var titles: [String] = []
        if scan.hasMore { titles.append("more than \(SecretScan.hitLimit) secrets, of which the rest is not listed") }
        if scan.cutBlocks > 0 {
            titles.append("\(scan.cutBlocks) blocks with so much that looks like secrets that a part was passed over")
        }
        return titles.map {
            AuditFinding(
                check: Self.secretCheck, kind: Self.incompleteKind, title: $0,
                advice: "keep what has so many off the disk; what nobody looked at cannot be allowed")
        }
    }

    /// What the scan looked at, and what it did not.
    private func detail(of scan: ScanResult, _ secrets: [BuildSecret], _ unseen: [String]) -> String {
        var parts = [
            "\(ByteCount(scan.bytes)) of the disk and \(ByteCount(scan.unpackedBytes)) from \(scan.unpackedStreams) compressed "
                + "streams, for \(scan.rules) kinds"
        ]
        if scan.published > 0 { parts.append("\(scan.published) examples that are published were passed over") }
        if scan.hasMore { parts.append("only the first \(SecretScan.hitLimit) are listed") }
        if scan.cutStreams > 0 {
            parts.append("\(scan.cutStreams) compressed streams were too long to be unpacked whole")
        }
        if scan.cutBlocks > 0 { parts.append("\(scan.cutBlocks) blocks have too much that looks like secrets") }
        if !unseen.isEmpty {
            parts.append("what is encrypted or compressed in \(unseen.joined(separator: ", ")) was not seen")
        }
        let short = secrets.filter { !$0.isSearchable }.map(\.name)
        if !short.isEmpty { parts.append("too short to be looked for: \(short.joined(separator: ", "))") }
        return parts.joined(separator: "; ")
    }

    private func finding(
        of hit: ScanResult.Hit, _ location: DiskMap.Location?, _ system: AuditedSystem?
    ) -> (finding: AuditFinding, account: String?) {
        var finding = AuditFinding(
            check: Self.secretCheck, kind: hit.kind,
            title: hit.title + (hit.account.map { ", of the account '\($0)'" } ?? "")
                + (hit.isUnpacked ? ", compressed" : ""),
            path: location?.path.map { system?.path(of: $0) ?? $0 }, offset: hit.offset, fingerprint: hit.fingerprint,
            advice: location?.path == nil
                ? "find out what wrote it and let it write elsewhere; what has been on a disk should be replaced"
                : "remove it at the end of 'provision', and replace the secret; if it is none, allow it under 'audit:'")
        finding.place = location?.place
        return (finding, hit.account)
    }

    /// Whether it is the hash of a declared password, in the file where it belongs.
    private func isDeclared(_ account: String?, _ finding: AuditFinding) -> Bool {
        finding.path == "/etc/shadow" && account.map(declarations.accountsWithPassword.contains) == true
    }
}

extension AuditedSystem {
    /// The path in the whole system of a file that is named from the root of its own file system.
    fileprivate func path(of file: String) -> String {
        let matches = ([""] + mountPoints).map { $0 + file }
        return matches.first { files[$0]?.kind == .file } ?? matches.first { files[$0] != nil } ?? file
    }
}
