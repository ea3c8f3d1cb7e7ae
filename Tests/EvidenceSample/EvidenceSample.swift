import Attestation
import HostSystem
import SystemPackage

/// Writes a small release with every kind of signed evidence, for programs that are not ours to judge:
/// `evidence-sample KEY FOLDER`, where the key has no passphrase. Checksums and their signature are not made here.
@main
struct EvidenceSample {
    private let folder: FilePath
    private let key: PrivateKey

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().map { FilePath($0) }
        guard arguments.count == 2 else { throw UsageError() }
        let key = try await KeyFile.load(arguments[0], passphrase: .none, environment: [:])
        try EvidenceSample(folder: arguments[1], key: key).write()
    }

    private func write() throws {
        try folder.createFolder()
        let images = try ["qcow2", "raw"].map { try add("web-v1.2.0.\($0)", "the image as \($0)\n") }
        let papers = try ["manifest.json", "sbom.spdx.json", "sbom.cdx.json"].map { try add($0, "{}\n") }
        try sign(Statement(subject: images + papers, predicate: provenance), as: "provenance.dsse.json")
        for name in ["seal-report.json", "tests.junit.xml", "verify-report.json"] {
            let report = try add(name, "<\(name)/>\n")
            let result = TestResult(configuration: [report], passed: ["boots", "läuft — still"], warned: ["slow"])
            let stem = name.prefix { $0 != "." }
            try sign(Statement(subject: images + [report], predicate: result), as: "\(stem).dsse.json")
        }
    }

    private func add(_ name: String, _ text: String) throws -> ResourceDescriptor {
        try folder.appending(name).write(text.utf8)
        return ResourceDescriptor(name: name, sha256: Digest.of(text))
    }

    private func sign<Predicate>(_ statement: Statement<Predicate>, as name: String) throws {
        try folder.appending(name).write(try Envelope.signing(try statement.json(), by: key).json())
    }

    private var provenance: Provenance {
        Provenance(
            buildDefinition: .init(
                externalParameters: ["template": "web", "formats": ["qcow2", "raw"]],
                internalParameters: ["accelerator": "tcg", "memory": 4_294_967_296],
                resolvedDependencies: [.init(name: "iso", digest: ["sha256": Digest.of("iso").hex])]),
            runDetails: .init(
                builder: .init(version: ["imagefactory": "0.1.0"]),
                metadata: .init(
                    invocationId: "20261126T130000Z-1", startedOn: "2026-11-26T13:00:00Z",
                    finishedOn: "2026-11-26T13:30:00.250Z"),
                byproducts: [.init(name: "logs/seal.log", sha256: Digest.of("log"), mediaType: "text/plain")]))
    }

    private struct UsageError: Error {}
}
