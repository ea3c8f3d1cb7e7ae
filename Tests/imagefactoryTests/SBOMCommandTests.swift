import Foundation
import HostSystem
import SystemPackage
import Testing

/// SBOMs printed by the real program; '.ci/peers/sbom' has them read by validators.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct SBOMCommandTests {
    private func sbom(_ arguments: String...) async throws -> FactoryRun {
        try await FactoryRun(["sbom"] + arguments, in: "/", state: "/nonexistent")
    }

    private func object(_ run: FactoryRun) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test func describesARelease() async throws {
        try await RecordedReleases.with { releases in
            let spdx = try await sbom(releases.new.string, "--to", "spdx", "--created", "2026-01-02T03:04:05Z")
            #expect(spdx.status == 0 && spdx.talk == "")
            let document = try object(spdx)
            #expect(document["name"] as? String == "web-v1.1.0")
            let names = try #require(document["packages"] as? [[String: Any]]).compactMap { $0["name"] as? String }
            #expect(
                Set(names) == ["web", "web-v1.1.0.raw", "kldload 1.5.0 x86_64", "debian", "tool", "/etc/secret"])
            let again = try await sbom(releases.new.string, "--to", "spdx", "--created", "2026-01-02T03:04:05Z")
            #expect(again.output == spdx.output)
        }
    }

    @Test func describesAnInventoryByTheNameThatItIsGiven() async throws {
        try await RecordedReleases.with { releases in
            let run = try await sbom(
                releases.new.appending("inventory.json").string, "--to", "cyclonedx", "--name", "mine", "--version",
                "v9.0.0", "--supplier", "Example Ltd")
            let metadata = try #require(try object(run)["metadata"] as? [String: Any])
            #expect(metadata["timestamp"] as? String == "2026-05-28T20:26:40Z")
            let image = try #require(metadata["component"] as? [String: Any])
            #expect(image["name"] as? String == "mine" && image["version"] as? String == "v9.0.0")
            #expect((image["supplier"] as? [String: Any])?["name"] as? String == "Example Ltd")
        }
    }

    @Test func refusesATimeThatIsNone() async throws {
        let run = try await sbom("/nonexistent", "--to", "spdx", "--created", "yesterday")
        #expect(run.status == 64)
        #expect(run.talk.contains("--created 'yesterday' is no time"))
    }
}
