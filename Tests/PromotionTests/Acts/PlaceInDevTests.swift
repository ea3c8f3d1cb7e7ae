import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import SystemPackage
import Testing

@testable import Promotion

@Suite(.timeLimit(.minutes(5)))
struct PlaceInDevTests {
    @Test func tagsTheCommitThatTheReleaseWasBuiltFrom() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            let built = try await ada.git(["rev-parse", "HEAD"])
            let release = try shared.build("v1.0.0", commit: built)
            try await ada.commit(["templates/later.yaml": "image: later\n"])
            try ada.folder.appending("untidy").write([])
            guard case .placed(let tag) = try await place(release, ada) else { Issue.record("not placed"); return }
            #expect(tag.name.description == "golden/v1.0.0-dev")
            #expect(tag.commit.hex == built)
            guard case .present(let again) = try await place(release, ada) else { Issue.record("not present"); return }
            #expect(again.id == tag.id)
        }
    }

    @Test func leavesADirtyOrForeignRecipeUntagged() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            let head = try await ada.git(["rev-parse", "HEAD"])
            let foreign = String(repeating: "5", count: 40)
            for (version, commit, isDirty, reason) in [
                ("v1.0.0", head, true, "not committed"), ("v1.1.0", foreign, false, "not in this repository"),
            ] {
                let release = try shared.build(version, commit: commit, isDirty: isDirty)
                guard case .skipped(let found) = try await place(release, ada) else {
                    Issue.record("\(version) was tagged")
                    continue
                }
                #expect(found.contains(reason))
            }
            try ada.folder.appending("untidy").write([])
            guard case .skipped = try await place(try shared.build("v1.2.0"), ada) else {
                Issue.record("v1.2.0 was tagged")
                return
            }
            #expect(try await ada.tags() == [])
        }
    }

    @Test func refusesOtherBytesAndOtherCommits() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            let other = try shared.build("v1.0.0", inputs: [Digest.of("another")])
            await #expect(throws: PlaceInDevError.self) { try await place(other, ada) }
            let request = RequestBuild(at: try await ada.desk(), series: "golden", template: "web", version: "v1.1.0")
            #expect(try await request.run().isNew)
            #expect(try await !request.run().isNew)
            try await ada.commit(["templates/later.yaml": "image: later\n"])
            let built = try shared.build("v1.1.0", commit: try await ada.git(["rev-parse", "HEAD"]))
            await #expect(throws: PlaceInDevError.self) { try await place(built, ada) }
            await #expect(throws: RequestBuildError.self) { try await request.run() }
        }
    }

    @Test func asksForNoBuildThatNobodyElseCouldMake() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            var request = RequestBuild(at: try await ada.desk(), series: "golden", template: "web", version: "v1.0.0")
            try await ada.commit(["templates/later.yaml": "image: later\n"])
            await #expect(throws: RequestBuildError.self) { try await request.run() }
            request.allowsUnpushed = true
            try ada.folder.appending("untidy").write([])
            await #expect(throws: RequestBuildError.self) { try await request.run() }
            request.allowsDirty = true
            #expect(try await request.run().isNew)
        }
    }

    @Test func refusesAReleaseThatContradictsItself() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            let release = try shared.build("v1.0.0")
            try release.folder.appending("manifest.json").write("{}".utf8)
            await #expect(throws: ReleaseEvidenceError.self) { try await place(release, ada) }
        }
    }

    private func place(_ release: SmallRelease, _ clone: Clone) async throws -> PlaceInDev.Outcome {
        try await PlaceInDev(at: try await clone.desk(), series: "golden", release: release.folder).run()
    }
}
