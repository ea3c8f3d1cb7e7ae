import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import Testing

@testable import Promotion

@Suite(.timeLimit(.minutes(5)))
struct RollBackTests {
    @Test func goesBackAndForth() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            for version in ["v1.0.0", "v1.1.0"] { try await shared.place(version, by: ada, upTo: .prod) }
            let commit = try await ada.git(["rev-parse", "golden/v1.0.0-prod^{commit}"])
            let back = try await rollBack(ada, shared)
            #expect(back.tag.name.description == "golden/v1.0.0-prod.2")
            #expect(back.tag.commit.hex == commit)
            #expect(back.undone.tag.name.description == "golden/v1.1.0-prod")
            #expect(try await rollBack(ada, shared).tag.name.description == "golden/v1.1.0-prod.2")
            let chain = try await ada.desk().open("golden").ledger("golden").channels[.prod] ?? []
            #expect(
                chain.map { $0.rollsBack?.description } == [nil, nil, "golden/v1.1.0-prod", "golden/v1.0.0-prod.2"])
            #expect(chain.last?.reason == "it was slow")
        }
    }

    @Test func passesOverWhatWasRevoked() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            for version in ["v1.0.0", "v1.1.0", "v1.2.0"] { try await shared.place(version, by: ada, upTo: .prod) }
            let revocation = RevokeRelease(
                at: try await ada.desk(), series: "golden", version: "v1.1.0", reason: "a hole",
                searching: try shared.search())
            _ = try await revocation.run()
            await #expect(throws: PromotionError.self) { try await rollBack(ada, shared, to: "v1.1.0") }
            await #expect(throws: PromotionError.self) { try await rollBack(ada, shared, to: "v1.2.0") }
            await #expect(throws: PromotionError.self) { try await rollBack(ada, shared, to: "v7.0.0") }
            #expect(try await rollBack(ada, shared).tag.name.version == "v1.0.0")
        }
    }

    @Test func needsSomethingToGoBackTo() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            await #expect(throws: PromotionError.self) { try await rollBack(ada, shared) }
            try await shared.place("v1.0.0", by: ada, upTo: .prod)
            await #expect(throws: PromotionError.self) { try await rollBack(ada, shared) }
        }
    }

    private func rollBack(
        _ clone: Clone, _ shared: SharedRepository, to version: String? = nil
    ) async throws -> (tag: LedgerTag, undone: Placement) {
        var rollback = RollBack(
            at: try await clone.desk(), series: "golden", of: .prod, reason: "it was slow",
            searching: try shared.search())
        rollback.version = version
        return try await rollback.run()
    }
}
