package import Attestation
internal import DiskImages
package import Foundation
package import HostSystem
package import SystemPackage

/// A complete release with small files, signed as a build signs one, and what it is to be verified with; tests break it.
package struct ReleaseFixture: Sendable {
    /// A folder that goes away with the test.
    package let root: FilePath
    /// The release's folder.
    package var folder: FilePath
    /// What is verified: the folder, or a file in it.
    package var subject: FilePath
    /// The key that signed it.
    package let key: PrivateKey
    /// Whose word counts; nil for nobody's.
    package var trusted: [TrustedSigner]?
    /// What is asked for.
    package var policy = VerificationPolicy()
    /// When it is verified.
    package var now = Date(timeIntervalSince1970: 1_800_000_000)

    /// The name of its template.
    package static let template = "web"
    /// Its version.
    package static let version = "v1.2.0"
    /// The images' names.
    package static let images = ["web-v1.2.0.qcow2", "web-v1.2.0.vmdk", "web-v1.2.0.raw"]
    /// The names of the SBOMs.
    package static let sboms = ["sbom.cdx.json", "sbom.spdx.json"]
    /// The reports with their files.
    package static let reports = [
        "seal-report": "seal-report.json", "tests": "tests.junit.xml", "verify-report": "verify-report.json",
    ]
    /// The names of the envelopes.
    package static let envelopes = ["provenance", "seal-report", "tests", "verify-report"].map { $0 + ".dsse.json" }

    /// Lends a release.
    package static func with(
        _ algorithm: PrivateKey.Algorithm = .p256, _ body: (ReleaseFixture) async throws -> Void
    ) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-verify") { root in
            try await body(try ReleaseFixture(in: root, key: PrivateKey.generate(algorithm)))
        }
    }

    /// Makes a release under `root`; `seed` shapes its images.
    package init(in root: FilePath, key: PrivateKey, seed: UInt8 = 1) throws {
        self.root = root
        self.key = key
        folder = root.pushing("output/web/v1.2.0")
        subject = folder
        trusted = [TrustedSigner(name: "release", key: key.publicKey)]
        try folder.appending("logs").createFolder()
        try folder.appending("logs/seal.log").write("sealed\n".utf8)
        for (index, name) in Self.images.enumerated() {
            try write(name, (0..<(3000 + index)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ index) &+ seed })
        }
        for name in ["sbom.spdx.json", "sbom.cdx.json", "inventory.json", "changes.json"] {
            try write(name, Array("{\"name\": \"\(name)\", \"seed\": \(seed)}\n".utf8))
        }
        try write("changes.txt", Array("nothing that anybody would notice\n".utf8))
        for (stem, file) in Self.reports { try write(file, Array("what \(stem) found, \(seed)\n".utf8)) }
        try writeManifest()
        try writeStatements()
        try seal()
    }

    /// Replaces a file of the release.
    package func write(_ name: String, _ bytes: [UInt8]) throws {
        try folder.appending(name).write(bytes)
    }

    /// A file's bytes.
    package func bytes(_ name: String) throws -> [UInt8] {
        try folder.appending(name).readBytes()
    }

    /// Changes a file's bytes.
    package func edit(_ name: String, _ change: (inout [UInt8]) throws -> Void) throws {
        var bytes = try bytes(name)
        try change(&bytes)
        try write(name, bytes)
    }

    /// Changes a file's text.
    package func editText(_ name: String, _ change: (String) -> String) throws {
        try edit(name) { $0 = Array(change(String(decoding: $0, as: UTF8.self)).utf8) }
    }

    /// Writes the manifest for the images as they are.
    package func writeManifest(_ change: (inout [ImageFile]) -> Void = { _ in }, version: String = version) throws {
        var images = try Self.images.map { name in
            let bytes = try bytes(name)
            let format = FilePath(name).extension.flatMap { ImageFormat(rawValue: $0) } ?? .raw
            return ImageFile(
                format: format, file: name, size: Int64(bytes.count), sha256: Digest.of(bytes), virtualSize: 1 << 20)
        }
        change(&images)
        let manifest = ReleaseManifest(
            template: Self.template, summary: "A web server", version: version, images: images,
            sboms: try Dictionary(uniqueKeysWithValues: Self.sboms.map { ($0, Digest.of(try bytes($0))) }),
            keys: ["seal": Digest.of("seal").hex],
            medium: MediumIdentity(sha256: Digest.of("iso"), name: "kldload 1.5.0", version: "1.5.0"),
            tools: ["qemu-img": "7.2.19"])
        try write("manifest.json", try manifest.bytes())
    }

    /// Signs the statements about the files as they are.
    package func writeStatements() throws {
        let provenance = Provenance(
            buildDefinition: .init(externalParameters: ["template": "web"]), runDetails: .init(builder: .init()))
        let about = Self.images + ["manifest.json", "sbom.spdx.json", "sbom.cdx.json"]
        let statement = Statement(subject: try about.map(descriptor), predicate: provenance)
        try sign("provenance.dsse.json", try statement.json())
        for (stem, file) in Self.reports {
            let result = TestResult(configuration: [], passed: [stem])
            let statement = Statement(subject: try (Self.images + [file]).map(descriptor), predicate: result)
            try sign(stem + ".dsse.json", try statement.json())
        }
    }

    /// Puts a payload into an envelope that `keys` sign, or the release's own one.
    package func sign(
        _ envelope: String, _ payload: [UInt8], type: String = Envelope.statementType, by keys: [PrivateKey] = []
    ) throws {
        let signed = try (keys.isEmpty ? [key] : keys).map { try Envelope.signing(payload, type: type, by: $0) }
        let whole = Envelope(payloadType: type, payload: payload, signatures: signed.flatMap(\.signatures))
        try write(envelope, try whole.json())
    }

    /// Changes the payload of an envelope as text, and signs it and the checksums again: a signer's own fault.
    package func restate(_ envelope: String, _ change: (String) -> String) throws {
        let payload = try Envelope(json: try bytes(envelope)).payload
        try sign(envelope, Array(change(String(decoding: payload, as: UTF8.self)).utf8))
        try seal()
    }

    /// Writes and signs the checksums of whatever is there.
    package func seal(by signer: PrivateKey? = nil) throws {
        var lines = ""
        for name in folder.folderEntries where name != "logs" && !name.hasPrefix("SHA256SUMS") {
            lines += "\(Digest.of(try bytes(name)).hex)  \(name)\n"
        }
        try write("SHA256SUMS", Array(lines.utf8))
        try signChecksums(by: signer)
    }

    /// Signs the checksums as they are.
    package func signChecksums(by signer: PrivateKey? = nil) throws {
        try write("SHA256SUMS.sig", try (signer ?? key).signature(of: try bytes("SHA256SUMS")))
    }

    /// Changes the checksums' text and signs them again.
    package func relist(_ change: (String) -> String) throws {
        try editText("SHA256SUMS", change)
        try signChecksums()
    }

    /// Verifies what is to be verified.
    package func verify(acceptsUnsigned: Bool = false) async throws -> VerificationReport {
        let image = subject.exists && !subject.isFolder ? subject.lastComponent?.string : nil
        var verification = ReleaseVerification(
            of: try ReleaseFolder(image == nil ? subject : folder),
            scope: image.map { .image($0) } ?? .everything, trusting: try trusted.map { try TrustedSigners($0) },
            policy: policy)
        verification.now = now
        verification.acceptsUnsigned = acceptsUnsigned
        return try await verification.run()
    }

    private func descriptor(_ name: String) throws -> ResourceDescriptor {
        ResourceDescriptor(name: name, sha256: Digest.of(try bytes(name)))
    }
}
