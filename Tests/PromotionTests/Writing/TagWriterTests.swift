import Foundation
import HostSystem
import PromotionTestSupport
import SystemPackage
import Testing

@testable import Promotion

@Suite(.timeLimit(.minutes(5)))
struct TagWriterTests {
    @Test func writesATagThatGitVerifiesAndNobodySees() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            let (id, tag) = try await TagWriter(Repository(folder: ada.folder)).write(try await draft(ada))
            #expect(try await ada.tags() == [])
            #expect(tag.taggerEmail == "ada@example.org")
            try await ada.git(["update-ref", "refs/tags/golden/v1.0.0", id.hex])
            try await ada.git(["tag", "--verify", "golden/v1.0.0"])
        }
    }

    @Test func signsByTheKeyThatIsNamed() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            let writer = TagWriter(
                Repository(folder: ada.folder), signing: .key(shared.root.appending("mallory")))
            let (id, _) = try await writer.write(try await draft(ada))
            await #expect(throws: ProgramError.self) { try await ada.git(["verify-tag", id.hex]) }
        }
    }

    @Test func leavesNothingOfATagThatIsThrownAway() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            let before = try await ada.git(["count-objects"])
            _ = try await TagWriter(Repository(folder: ada.folder)).write(try await draft(ada), keeps: false)
            #expect(try await ada.git(["count-objects"]) == before)
        }
    }

    @Test func datesNoTagBeforeItsPredecessor() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            let writer = TagWriter(Repository(folder: ada.folder))
            let soon = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded() + 60)
            #expect(try await writer.write(try await draft(ada, after: soon)).tag.date == soon)
            let later = Date().addingTimeInterval(3600)
            await #expect(throws: TagWritingError.self) { try await writer.write(try await draft(ada, after: later)) }
        }
    }

    @Test func saysWhyGitCannotSign() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            let writer = TagWriter(Repository(folder: ada.folder), signing: .key("/nowhere/key"))
            await #expect(throws: TagWritingError.self) { try await writer.write(try await draft(ada)) }
        }
    }

    @Test func writesIntoARepositoryOfLongIDs() async throws {
        try await SharedRepository.with { shared in
            let clone = Clone(folder: shared.root.appending("long"))
            try await Program.run(
                "git", ["init", "--quiet", "--object-format=sha256", clone.folder.string], deadline: .seconds(60))
            try await clone.become("ada", keys: shared.root)
            try await clone.commit(["a": "b"])
            let (id, _) = try await TagWriter(Repository(folder: clone.folder)).write(try await draft(clone))
            #expect(id.hex.count == 64)
            #expect(try await clone.git(["cat-file", "-t", id.hex]) == "tag")
        }
    }

    private func draft(_ clone: Clone, after predecessor: Date? = nil) async throws -> TagDraft {
        let name = TagName(series: "golden", version: "v1.0.0", claim: .request)
        let commit = try #require(ObjectID(try await clone.git(["rev-parse", "HEAD"])))
        return TagDraft(
            name: name, commit: commit, message: try .request(name, template: "web"), predecessor: predecessor)
    }
}
