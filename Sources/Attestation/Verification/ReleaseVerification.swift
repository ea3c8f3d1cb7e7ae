package import Foundation
internal import HostSystem

/// Verifies a release, one image of it, or what is said of its images alone, and fails closed: whatever is not as it must
/// be is a reason against it.
///
/// In this order: the signature over the checksums; which files there are; the manifest; each statement and its signatures;
/// the policy; and the content of all files. Nothing is parsed before the signature over it, or over its digest, is known to
/// be good, and no file is read whose size shows already that it is another.
package struct ReleaseVerification: Sendable {
    /// The longest file that is no image.
    private static let evidenceLimit = ByteCount.gibibytes(1)

    private let folder: ReleaseFolder
    private let scope: ReleaseScope
    private let trusted: TrustedSigners?
    private let policy: VerificationPolicy
    /// Whether the release is good though nobody vouches for it.
    package var acceptsUnsigned = false
    /// The time that keys must be good at.
    package var now = Date()

    /// A verification of a folder; of an image that is not wanted, the bytes may even be missing.
    ///
    /// Without trusted signers no signature is looked at: then everything can only be found consistent.
    package init(
        of folder: ReleaseFolder, scope: ReleaseScope = .everything, trusting trusted: TrustedSigners?,
        policy: VerificationPolicy
    ) {
        self.folder = folder
        self.scope = scope
        self.trusted = trusted
        self.policy = policy
    }

    /// Verifies.
    ///
    /// - Throws: `CancellationError` alone; everything else is a finding.
    package func run() async throws -> VerificationReport {
        let signatures = trusted.map { SignatureCheck(trusted: $0, policy: policy, now: now) }
        let start = EvidenceCheck(folder: folder, scope: scope, signatures: signatures, policy: policy)
        var check = try await offloaded { _ in
            var check = start
            check.run()
            return check
        }
        let files = try await contents(&check)
        if trusted == nil, !acceptsUnsigned {
            check.note(Finding(.unvouched, ReleaseFileName.checksums, "is not vouched for by anybody"))
        }
        return report(check, files)
    }

    /// The files whose content is that of their checksums; what is wrong with the others is noted.
    private func contents(_ check: inout EvidenceCheck) async throws -> [VerificationReport.File] {
        guard let list = check.list, check.manifest != nil else { return [] }
        let digests = try await digests(of: unread(list, &check))
        var files: [VerificationReport.File] = []
        for entry in list.entries {
            guard let file = folder.files[entry.name] else { continue }
            switch check.read.contains(entry.name) ? .success(entry.digest) : digests[entry.name] {
            case .success(entry.digest):
                files.append(.init(name: entry.name, size: file.size, sha256: entry.digest))
            case .success(let digest): check.note(.digest(entry.name, digest, entry.digest))
            case .failure(let finding): check.note(finding)
            case nil: break
            }
        }
        return files
    }

    /// The files that have still to be read: of which nothing is known to be wrong, and which are not endless.
    private func unread(_ list: ChecksumList, _ check: inout EvidenceCheck) -> [ReleaseFile] {
        var files: [ReleaseFile] = []
        for file in list.entries.compactMap({ folder.files[$0.name] }) where !check.read.contains(file.name) {
            let isWrong = check.findings.contains { $0.file == file.name }
            guard scope.includes(file.name), !isWrong else { continue }
            if ReleaseFileName.isImage(file.name) || file.size <= Self.evidenceLimit.bytes {
                files.append(file)
            } else {
                check.note(file.tooLarge(Self.evidenceLimit))
            }
        }
        return files
    }

    /// The digests of files, one for each processor at once, the longest first.
    private func digests(of files: [ReleaseFile]) async throws -> [String: Result<Digest, Finding>] {
        var waiting = files.sorted { $0.size > $1.size }[...]
        return try await withThrowingTaskGroup(of: (String, Result<Digest, Finding>).self) { group in
            func begin() {
                guard let file = waiting.popFirst() else { return }
                group.addTask { (file.name, try await Self.digest(of: file)) }
            }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { begin() }
            var digests: [String: Result<Digest, Finding>] = [:]
            while let (name, digest) = try await group.next() {
                digests[name] = digest
                begin()
            }
            return digests
        }
    }

    private static func digest(of file: ReleaseFile) async throws -> Result<Digest, Finding> {
        do {
            return .success(try await offloaded { try file.digest(isCancelled: $0) })
        } catch let finding as Finding {
            return .failure(finding)
        }
    }

    private func report(_ check: EvidenceCheck, _ files: [VerificationReport.File]) -> VerificationReport {
        let names = Set(files.map(\.name))
        let doubtful = Set(check.findings.map(\.file))
        let evidence = Evidence.allCases.filter { evidence in
            (evidence.files + [evidence.envelope].compactMap(\.self)).allSatisfy {
                names.contains($0) && !doubtful.contains($0)
            }
        }
        return VerificationReport(
            template: check.manifest?.template, version: check.manifest?.version,
            releaseDigest: check.list?.digest(of: ReleaseFileName.manifest), evidenceDigest: check.evidenceDigest,
            isVouchedFor: check.signers.contains { $0.file == ReleaseFileName.signature },
            signatures: check.signers.map {
                .init(file: $0.file, signer: $0.signer.name, fingerprint: $0.signer.key.fingerprint)
            },
            evidence: evidence, images: check.manifest?.images ?? [], files: files, findings: check.findings)
    }
}
