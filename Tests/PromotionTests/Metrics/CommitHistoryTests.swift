import Attestation
import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Promotion

@Suite struct CommitHistoryTests {
    private static let line = CommitHistory(numbered: [
        (number: 1, hours: 0, parents: []), (2, 1, [1]), (3, 2, [2]), (4, 3, [3]), (5, 4, [4]),
    ])

    private func hours(_ history: CommitHistory, along recipes: [Int]) -> [[Double]?] {
        history.changes(along: recipes.map(LedgerStory.commit)).map {
            $0?.map { $0.date.timeIntervalSince(LedgerStory.start) / 3600 }.sorted()
        }
    }

    @Test func givesEachChangeToTheFirstReleaseThatHoldsIt() {
        #expect(hours(Self.line, along: [1, 3, 2, 5, 5]) == [nil, [1, 2], [], [3, 4], []])
    }

    @Test func knowsNothingFromTheFirstMissingCommitOn() {
        #expect(hours(Self.line, along: [1, 3, 9, 5]) == [nil, [1, 2], nil, nil])
        let broken = CommitHistory(numbered: [(number: 1, hours: 0, parents: []), (3, 2, [2]), (4, 3, [3])])
        #expect(hours(broken, along: [1, 3, 4]) == [nil, nil, nil])
        #expect(hours(.shallow, along: [1, 3]) == [nil, nil])
    }

    @Test func readsARealRepository() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-commits") { folder in
            let repository = try await Self.repository(in: folder.appending("origin"), commits: 5)
            let ids = try await repository.git(["rev-list", "--reverse", "HEAD"]).text
                .split(separator: "\n").compactMap { ObjectID($0) }
            let missing = LedgerStory.commit(7)

            let whole = try await CommitHistory.read(for: [Self.ledger([ids[0], ids[3], ids[4]])], in: repository)
            #expect(!whole.isShallow)
            let changes = whole.changes(along: [ids[0], ids[3], ids[4]])
            #expect(changes.map { $0?.count } == [nil, 3, 1])
            #expect(changes[2]?.first?.date == Date(timeIntervalSince1970: 1_767_225_604))

            let partly = try await CommitHistory.read(for: [Self.ledger([ids[0], missing, ids[4]])], in: repository)
            #expect(partly.changes(along: [ids[0], missing, ids[4]]).map { $0?.count } == [nil, nil, nil])
            let nothing = try await CommitHistory.read(for: [Self.ledger([])], in: repository)
            #expect(nothing.changes(along: [ids[0]]).map { $0?.count } == [nil])
        }
    }

    @Test func takesACommitForWhatItIs() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-commits") { folder in
            let repository = try await Self.repository(in: folder.appending("origin"), commits: 3)
            let ids = try await repository.git(["rev-list", "--reverse", "HEAD"]).text
                .split(separator: "\n").compactMap { ObjectID($0) }
            try await repository.git(["replace", ids[2].hex, ids[0].hex])
            let history = try await CommitHistory.read(for: [Self.ledger([ids[0], ids[2]])], in: repository)
            #expect(history.changes(along: [ids[0], ids[2]]).map { $0?.count } == [nil, 2])
        }
    }

    @Test func knowsNothingInAShallowClone() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-commits") { folder in
            let origin = try await Self.repository(in: folder.appending("origin"), commits: 4)
            try await Repository(folder: folder).git(
                ["clone", "--quiet", "--depth=2", "file://\(origin.folder)", "clone"])
            let clone = Repository(folder: folder.appending("clone"))
            let ids = try await clone.git(["rev-list", "--reverse", "HEAD"]).text
                .split(separator: "\n").compactMap { ObjectID($0) }
            #expect(ids.count == 2)
            let history = try await CommitHistory.read(for: [Self.ledger(ids)], in: clone)
            #expect(history.isShallow)
            #expect(history.changes(along: ids).map { $0?.count } == [nil, nil])
        }
    }

    /// A repository with commits a second apart.
    private static func repository(in folder: FilePath, commits: Int) async throws -> Repository {
        try folder.createFolder()
        let repository = Repository(folder: folder)
        try await repository.git(["init", "--quiet"])
        for number in 0..<commits {
            let variables = ["AUTHOR", "COMMITTER"].reduce(into: [String: String]()) { variables, role in
                variables["GIT_\(role)_NAME"] = "Ada Example"
                variables["GIT_\(role)_EMAIL"] = "ada@example.org"
                variables["GIT_\(role)_DATE"] = "\(1_767_225_600 + number) +0000"
            }
            try await repository.git(
                ["commit", "--quiet", "--allow-empty", "--message", "change \(number)"], environment: variables)
        }
        return repository
    }

    private static func ledger(_ commits: [ObjectID]) -> SeriesLedger {
        var story = LedgerStory()
        for number in commits.indices { story.place("v1.\(number).0", at: 0) }
        var ledger = story.ledger
        ledger.channels[.prod] = zip(story.ledger.channels[.prod] ?? [], commits).map { placement, commit in
            let tag = placement.tag
            return Placement(
                tag: LedgerTag(
                    name: tag.name, id: tag.id, commit: commit, tagger: tag.tagger, date: tag.date, signer: nil),
                channel: .prod, release: placement.release, previous: placement.previous, rollsBack: nil, reason: nil)
        }
        return ledger
    }
}
