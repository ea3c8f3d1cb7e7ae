import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import SystemPackage
import Testing

@testable import Promotion

@Suite(.timeLimit(.minutes(5)))
struct RevokeReleaseTests {
    @Test func takesBackWhatWasBuiltOnIt() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada, template: "base")
            try await shared.place("v2.0.0", by: ada, inputs: [SmallRelease.image("base", "v1.0.0")])
            try await shared.place("v2.1.0", by: ada, upTo: .staging, inputs: [SmallRelease.image("web", "v2.0.0")])
            try await shared.place("v3.0.0", by: ada, inputs: [Digest.of("something else")])
            try await shared.place("v3.1.0", by: ada)
            try shared.root.pushing("releases/web/v3.1.0").remove()
            let outcome = try await revoke("base", "v1.0.0", ada, shared)
            #expect(
                Set(outcome.tags.map(\.name.description)) == [
                    "base/v1.0.0-revoked", "golden/v2.0.0-revoked", "golden/v2.1.0-revoked",
                ])
            #expect(outcome.unknown.map(\.version) == ["v3.1.0"])
            #expect(
                Set(outcome.holders.map(\.tag.name.description)) == [
                    "base/v1.0.0-dev", "golden/v2.1.0-staging",
                ])
            let reading = try await ada.desk().open(nil).reading
            #expect(reading.problems == [])
            let again = try await revoke("base", "v1.0.0", ada, shared)
            #expect(again.tags.isEmpty)
        }
    }

    @Test func refusesToPromoteWhatWasRevoked() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            _ = try await revoke("golden", "v1.0.0", ada, shared)
            let promotion = PromoteRelease(
                at: try await ada.desk(), series: "golden", version: "v1.0.0", to: .staging,
                searching: try shared.search())
            await #expect(throws: PromotionError.self) { try await promotion.run() }
            let approval = ApproveRelease(at: try await ada.desk(), series: "golden", version: "v1.0.0", for: .staging)
            await #expect(throws: PromotionError.self) { try await approval.run() }
        }
    }

    @Test func shortensALongReasonWhereItAddsToIt() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada, template: "base")
            try await shared.place("v2.0.0", by: ada, inputs: [SmallRelease.image("base", "v1.0.0")])
            let reason = String(repeating: "ä", count: Trailer.limit / 2)
            let outcome = try await revoke("base", "v1.0.0", ada, shared, reason: reason)
            #expect(outcome.tags.count == 2)
            #expect(try await ada.desk().open(nil).reading.problems == [])
        }
    }

    @Test func knowsOnlyTheLedgersReleases() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            await #expect(throws: PromotionError.self) { try await revoke("golden", "v1.0.0", ada, shared) }
        }
    }

    private func revoke(
        _ series: String, _ version: String, _ clone: Clone, _ shared: SharedRepository, reason: String = "a hole"
    ) async throws -> RevokeRelease.Outcome {
        try await RevokeRelease(
            at: try await clone.desk(), series: series, version: version, reason: reason,
            searching: try shared.search()
        ).run()
    }
}
