internal import HostSystem

/// Reads what a release says of itself: checksums, manifest and statements, each only once it is known to be the signed one.
struct EvidenceCheck {
    let folder: ReleaseFolder
    let scope: ReleaseScope
    let signatures: SignatureCheck?
    let policy: VerificationPolicy

    /// The reasons against the release, in the order in which they were found.
    private(set) var findings: [Finding] = []
    /// The checksums; nil if they cannot be trusted or read.
    private(set) var list: ChecksumList?
    /// The manifest; nil if it cannot be trusted or read.
    private(set) var manifest: ReleaseManifest?
    /// The digest of the checksums.
    private(set) var evidenceDigest: Digest?
    /// Whose signatures were found good, by the file that holds them.
    private(set) var signers: [(file: String, signer: TrustedSigner)] = []
    /// The files that were read whole and have their digests.
    private(set) var read: Set<String> = []

    private static let manifestLimit = ByteCount.mebibytes(4)
    private static let signatureLimit = ByteCount(4096)

    init(folder: ReleaseFolder, scope: ReleaseScope, signatures: SignatureCheck?, policy: VerificationPolicy) {
        self.folder = folder
        self.scope = scope
        self.signatures = signatures
        self.policy = policy
    }

    /// Reads and checks everything, for blocking work.
    mutating func run() {
        folder.strays.forEach { note($0) }
        do {
            let list = try readChecksums()
            self.list = list
            compareNames(list)
            let manifest = try ManifestCheck.manifest(
                try listed(ReleaseFileName.manifest, list, limit: Self.manifestLimit))
            self.manifest = manifest
            let check = ManifestCheck(manifest: manifest, list: list, folder: folder, scope: scope)
            check.findings.forEach { note($0) }
            checkEnvelopes(list, manifest)
            checkPolicy(list)
        } catch {
            note(error)
        }
    }

    /// Notes a reason, once.
    mutating func note(_ finding: Finding) {
        guard !findings.contains(finding) else { return }
        findings.append(finding)
    }

    /// The checksums. With an own reason thrown for a signature that does not count: what they say is then anybody's word.
    private mutating func readChecksums() throws(Finding) -> ChecksumList {
        let bytes = try folder.file(ReleaseFileName.checksums).bytes(limit: ChecksumList.sizeLimit)
        if let signatures {
            let signature = try folder.file(ReleaseFileName.signature).bytes(limit: Self.signatureLimit)
            let outcome = signatures.checkChecksums(signature, over: bytes)
            outcome.findings.forEach { note($0) }
            if let finding = outcome.findings.first { throw finding }
            signers += outcome.signers.map { (ReleaseFileName.signature, $0) }
        }
        evidenceDigest = Digest.of(bytes)
        do {
            return try ChecksumList(bytes)
        } catch {
            throw Finding(.checksumForm, ReleaseFileName.checksums, "\(error)")
        }
    }

    private mutating func compareNames(_ list: ChecksumList) {
        for entry in list.entries where scope.includes(entry.name) {
            do {
                _ = try folder.file(entry.name)
            } catch {
                note(error)
            }
        }
        let own = [ReleaseFileName.checksums, ReleaseFileName.signature]
        for name in folder.files.keys.sorted() where list.digest(of: name) == nil && !own.contains(name) {
            note(Finding(.unlisted, name, "has no checksum"))
        }
    }

    /// A file's bytes, if they are those of its checksum.
    private mutating func listed(
        _ name: String, _ list: ChecksumList, limit: ByteCount
    ) throws(Finding) -> [UInt8] {
        guard let expected = list.digest(of: name) else { throw Finding(.missing, name, "has no checksum") }
        let bytes = try folder.file(name).bytes(limit: limit)
        let digest = Digest.of(bytes)
        guard digest == expected else { throw .digest(name, digest, expected) }
        read.insert(name)
        return bytes
    }

    private mutating func checkEnvelopes(_ list: ChecksumList, _ manifest: ReleaseManifest) {
        for name in list.entries.map(\.name).sorted() where name.hasSuffix(ReleaseFileName.envelopeSuffix) {
            guard let evidence = Evidence(envelope: name) else {
                note(Finding(.unknownEnvelope, name, "has a name that stands for no statement"))
                continue
            }
            do {
                let bytes = try listed(name, list, limit: ByteCount(Int64(StrictJSON.limit)))
                try checkEnvelope(
                    bytes, name,
                    StatementCheck(evidence: evidence, file: name, manifest: manifest, list: list, policy: policy))
            } catch {
                note(error)
            }
        }
    }

    private mutating func checkEnvelope(_ bytes: [UInt8], _ name: String, _ check: StatementCheck) throws(Finding) {
        let envelope: Envelope
        do {
            envelope = try Envelope(json: bytes)
        } catch {
            throw Finding(.envelopeForm, name, "\(error)")
        }
        if let signatures {
            let outcome = signatures.check(envelope, name)
            outcome.findings.forEach { note($0) }
            guard outcome.findings.isEmpty else { return }
            signers += outcome.signers.map { (name, $0) }
        }
        check.findings(envelope).forEach { note($0) }
    }

    private mutating func checkPolicy(_ list: ChecksumList) {
        for evidence in Evidence.allCases where policy.demanded.contains(evidence) {
            for name in evidence.files + [evidence.envelope].compactMap(\.self) where list.digest(of: name) == nil {
                note(
                    Finding(
                        .evidenceMissing, name, "is not in the release, and the policy asks for '\(evidence.rawValue)'")
                )
            }
        }
    }
}

extension Finding {
    /// The reason that a file's content is not that of its checksum.
    static func digest(_ file: String, _ found: Digest, _ expected: Digest) -> Finding {
        Finding(.digest, file, "holds \(found), and its checksum is \(expected)")
    }
}
