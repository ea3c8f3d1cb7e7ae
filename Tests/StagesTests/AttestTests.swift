import Attestation
import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct AttestTests {
    private static let inventory = inventory(["openssl": "3.5.1-1", "bash": "5.2.37-2"])

    @Test func leavesAReleaseThatVerifies() async throws {
        try await withBench { bench, key in
            let release = try await bench.publish(version: "v1.2.0")
            #expect(
                release.folderEntries == [
                    "SHA256SUMS", "SHA256SUMS.sig", "inventory.json", "logs", "manifest.json", "provenance.dsse.json",
                    "sbom.cdx.json", "sbom.spdx.json", "seal-report.dsse.json", "seal-report.json", "tests.dsse.json",
                    "tests.junit.xml", "web-v1.2.0.qcow2", "web-v1.2.0.raw",
                ])
            let trusted = try TrustedSigners([TrustedSigner(name: "release", key: key.publicKey)])
            let policy = VerificationPolicy(required: [.provenance, .sbom, .sealReport, .tests])
            let report = try await ReleaseVerification(
                of: ReleaseFolder(release), trusting: trusted, policy: policy
            ).run()
            #expect(report.findings == [])
            #expect(report.isVouchedFor)
        }
    }

    @Test func tellsEverythingThatWentIntoTheImages() async throws {
        try await withBench { bench, _ in
            let release = try await bench.publish(version: "v1.2.0")
            let envelope = try Envelope(json: release.appending("provenance.dsse.json").readBytes())
            let provenance = try Statement<Provenance>(json: envelope.payload).predicate
            let dependencies = try #require(provenance.buildDefinition.resolvedDependencies)
            let recipe = try #require(dependencies.first { $0.name == "templates/web.yaml" })
            #expect(recipe.sha256 == Digest.of("recipe"))
            let manifest = try ReleaseManifest(reading: release.appending("manifest.json"))
            #expect(dependencies.contains { $0.sha256 == manifest.medium.sha256 })
            let packages = dependencies.compactMap(\.uri).filter { $0.hasPrefix("pkg:deb/debian/") }
            #expect(packages.count == 2)
            #expect(provenance.buildDefinition.externalParameters["version"] == "v1.2.0")
            #expect(provenance.runDetails.metadata?.invocationId != nil)
        }
    }

    /// Times and ids of runs are in the provenance alone, and in the checksums that name it.
    @Test func makesTheSameBytesOfTheSameDisk() async throws {
        try await withBench { bench, _ in
            var other = bench
            other.output = bench.output.removingLastComponent().appending("other")
            let releases = [try await bench.publish(version: "v1.2.0"), try await other.publish(version: "v1.2.0")]
            #expect(releases[0] != releases[1])
            let names = releases[0].folderEntries.filter { $0 != "logs" }
            let different = names.filter { name in
                !FileManager.default.contentsEqual(
                    atPath: releases[0].appending(name).string, andPath: releases[1].appending(name).string)
            }
            #expect(different == ["SHA256SUMS", "SHA256SUMS.sig", "provenance.dsse.json"])
        }
    }

    @Test func tellsWhatChangedSinceTheReleaseBefore() async throws {
        try await withBench { bench, _ in
            var bench = bench
            let first = try await bench.publish(version: "v1.2.0")
            #expect(!first.appending("changes.txt").exists)
            bench.inventory = Self.inventory(["openssl": "3.5.2-1", "bash": "5.2.37-2", "jq": "1.7.1-6"])
            try await bench.convert(pattern: 8)
            let second = try await bench.publish(version: "v1.3.0")
            let changes = try JSONDecoder().decode(
                InventoryChanges.self, from: Data(second.appending("changes.json").readBytes()))
            #expect(changes.packages.added.map(\.name) == ["jq"])
            #expect(changes.from.version == "v1.2.0")
            let text = try second.appending("changes.txt").readText()
            #expect(text.contains("openssl") && text.contains("3.5.2-1") && !text.contains("bash"))
        }
    }

    @Test func makesNothingAnewForAReleaseThatIsThere() async throws {
        try await withBench { bench, _ in
            let release = try await bench.publish(version: "v1.2.0")
            let before = try release.appending("provenance.dsse.json").readBytes()
            #expect(try await bench.publish(version: "v1.2.0") == release)
            #expect(try release.appending("provenance.dsse.json").readBytes() == before)
        }
    }

    @Test func signsNothingWithoutAKey() async throws {
        try await withBench { bench, _ in
            var bench = bench
            bench.signer = nil
            let release = try await bench.publish(version: "v1.2.0")
            #expect(!release.folderEntries.contains { $0.hasSuffix(".sig") || $0.hasSuffix(".dsse.json") })
            #expect(release.appending("sbom.spdx.json").exists)
        }
    }

    private static func inventory(_ packages: [String: String]) -> Inventory {
        Inventory(
            modified: 1_780_000_000,
            system: OperatingSystem(
                id: "debian", versionID: "13", codename: "trixie", prettyName: "Debian GNU/Linux 13 (trixie)",
                architecture: "amd64"),
            packages: packages.map {
                InstalledPackage(kind: .deb, name: $0, version: $1, architecture: "amd64", licences: ["GPL-2+"])
            },
            files: [
                InstalledFile(path: "/etc/motd", kind: .file, mode: "0644", size: 5, sha256: Digest.of("hello"))
            ], boot: BootSoftware(kernels: [], loaders: [], firmware: [], commandLine: nil))
    }

    private func withBench(_ body: (ReleaseBench, PrivateKey) async throws -> Void) async throws {
        try await TestProject.with { project in
            var bench = try await ReleaseBench(project, formats: "qcow2, raw")
            // Its signatures are the same each time.
            let key = try PrivateKey.generate(.ed25519)
            bench.signer = key
            bench.inventory = Self.inventory
            try await body(bench, key)
        }
    }
}
