import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import SystemPackage
import Testing

@testable import Promotion

/// What becomes of the ledger when several write at once, and when something breaks.
@Suite(.timeLimit(.minutes(10)))
struct PublicationTests {
    @Test func fetchesWithoutRemovingTheUsersOwnTags() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            let bob = try await shared.clone("bob")
            try await bob.git(["config", "fetch.prune", "true"])
            try await bob.git(["-c", "tag.gpgsign=false", "tag", "wip-1"])
            try await LedgerRefs.fetch(into: Repository(folder: bob.folder), from: "origin")
            #expect(try await bob.tags() == ["golden/v1.0.0-dev", "wip-1"])
        }
    }

    @Test func leavesTheTagsOfOtherProgramsAlone() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            let others = ["latest", "golden/latest", "sdk/v1.0.0"]
            for name in others { try await ada.git(["tag", "--no-sign", name]) }
            try await ada.git(["push", "--quiet", "origin"] + others.map { "refs/tags/\($0)" })
            let bob = try await shared.clone("bob")
            // Somebody moves them at the remote, as is usual with such tags, and bob has one of his own.
            try await ada.git(["commit", "--quiet", "--allow-empty", "-m", "later"])
            for name in others { try await ada.git(["tag", "--no-sign", "--force", name]) }
            try await ada.git(["push", "--quiet", "--force", "origin"] + others.map { "refs/tags/\($0)" })
            try await bob.git(["tag", "--no-sign", "sdk/v2.0.0"])
            let refs = ["for-each-ref", "refs/tags/latest", "refs/tags/golden/latest", "refs/tags/sdk"]
            let tags = try await bob.git(refs)
            try await shared.place("v1.0.0", by: ada)

            let repository = Repository(folder: bob.folder)
            try await LedgerRefs.fetch(into: repository, from: "origin", templates: ["golden": "web"])
            #expect(try await bob.tags().contains("golden/v1.0.0-dev"))
            #expect(try await bob.git(refs) == tags)
            // Where there is no recipe, each of them may be the ledger's.
            await #expect(throws: LedgerRefsError.self) {
                try await LedgerRefs.fetch(into: repository, from: "origin")
            }
        }
    }

    @Test func neverForksWhenEightPromoteAtOnce() async throws {
        try await SharedRepository.with { shared in
            let first = try await shared.clone("ada")
            let versions = (1...8).map { "v1.\($0).0" }
            for version in versions { try await shared.place(version, by: first) }
            var clones: [Clone] = []
            for index in 1...8 {
                clones.append(try await shared.clone(index % 2 == 0 ? "ada" : "bob", as: "racer-\(index)"))
            }
            let losses = try await withThrowingTaskGroup(of: Int.self) { group in
                for (version, clone) in zip(versions, clones) {
                    group.addTask { try await Self.promoteUntilItIsIn(version, clone, shared) }
                }
                return try await group.reduce(0, +)
            }
            let reading = try await first.desk().open("golden").reading
            #expect(reading.problems == [])
            let chain = reading["golden"]?.channels[.staging] ?? []
            #expect(Set(chain.map(\.release.version)) == Set(versions))
            #expect(zip(chain.dropFirst(), chain).allSatisfy { $0.previous == $1.tag.id })
            #expect(losses > 0, "nobody met anybody: this was no race")
        }
    }

    /// Tries again for as long as others are faster, as a person would; gives how often.
    private static func promoteUntilItIsIn(
        _ version: String, _ clone: Clone, _ shared: SharedRepository
    ) async throws -> Int {
        for losses in 0..<40 {
            do {
                let promotion = PromoteRelease(
                    at: try await clone.desk(), series: "golden", version: version, to: .staging,
                    searching: try shared.search())
                #expect(try await promotion.run().isNew)
                return losses
            } catch LedgerChangeError.overtaken(let theirs, _) {
                #expect(theirs.map { $0.version != version } ?? true)
                #expect(try await !clone.tags().contains("golden/\(version)-staging"))
            }
        }
        Issue.record("\(version) never got in")
        return 0
    }

    @Test func saysWhoWasFaster() async throws {
        try await SharedRepository.with { shared in
            let (ada, bob) = (try await shared.clone("ada"), try await shared.clone("bob"))
            for version in ["v1.2.0", "v1.3.0"] { try await shared.place(version, by: ada) }
            var change = try await bob.desk().open("golden")
            let source = try #require(change.ledger("golden").channels[.dev]?.first)
            let name = TagName(series: "golden", version: "v1.2.0", claim: .placement(.staging, turn: 1))
            _ = try await change.write(name, at: source.tag.commit) {
                try .placement(name, of: source.release, previous: $0)
            }
            _ = try await promote("v1.3.0", ada, shared)
            await #expect {
                try await change.publish()
            } throws: {
                "\($0)".hasPrefix("someone else promoted v1.3.0 to staging meanwhile")
            }
            #expect(try await !bob.tags().contains("golden/v1.2.0-staging"))
            #expect(try await promote("v1.2.0", bob, shared).isNew)
        }
    }

    @Test func changesNothingWhereTheRemoteRefuses() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            let hook = shared.remote.pushing("hooks/pre-receive")
            try hook.write("#!/bin/sh\nprintf 'not on a Friday \\033[31m\\n' >&2; exit 1\n".utf8, mode: .executable)
            await #expect {
                try await promote("v1.0.0", ada, shared)
            } throws: { error in
                guard case LedgerRefsError.refused(_, let message) = error else { return false }
                return message.contains("not on a Friday") && !message.contains("\u{1B}")
            }
            #expect(try await ada.tags() == ["golden/v1.0.0-dev"])
            try hook.remove()
            #expect(try await promote("v1.0.0", ada, shared).isNew)
        }
    }

    @Test func changesNothingWhereTheRemoteIsAway() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            let away = shared.root.appending("away.git")
            try shared.remote.rename(to: away)
            await #expect {
                try await promote("v1.0.0", ada, shared)
            } throws: { error in
                guard case LedgerRefsError.unreachable("origin", _) = error else { return false }
                return true
            }
            #expect(try await ada.tags() == ["golden/v1.0.0-dev"])
            try away.rename(to: shared.remote)
            #expect(try await promote("v1.0.0", ada, shared).isNew)
        }
    }

    /// The remote took the push, and the line broke before it could say so: a `git` that fails after its work.
    @Test func believesTheRemotesRefsAndNotItsAnswer() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            let pack = shared.root.appending("receive-pack")
            try pack.write("#!/bin/sh\ngit-receive-pack \"$@\"; kill -9 $PPID; exit 1\n".utf8, mode: .executable)
            try await ada.git(["config", "remote.origin.receivepack", pack.string])
            #expect(try await promote("v1.0.0", ada, shared).isNew)
            #expect(try await ada.tags().contains("golden/v1.0.0-staging"))
        }
    }

    @Test func changesNothingWhereItCannotWrite() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            // What git cannot write to, root cannot write to either: files where folders belong.
            let objects = ada.folder.pushing(".git/objects")
            let real = shared.root.appending("objects")
            try objects.rename(to: real)
            try objects.createFolder()
            try await Program.run(
                "cp", ["-r", "\(real)/pack", "\(real)/info", objects.string], deadline: .seconds(60))
            for byte in UInt8.min...UInt8.max {
                let name = String(byte, radix: 16)
                let part = name.count == 1 ? "0" + name : name
                if real.appending(part).exists {
                    try await Program.run("cp", ["-r", "\(real)/\(part)", objects.string], deadline: .seconds(60))
                } else {
                    try objects.appending(part).write([])
                }
            }
            // Some tag's object may fall into a folder that is there; that it is refused at all must be seen.
            var refusals = 0
            for _ in 0..<3 {
                do {
                    _ = try await promote("v1.0.0", ada, shared)
                    break
                } catch is TagWritingError {
                    refusals += 1
                    #expect(try await ada.tags() == ["golden/v1.0.0-dev"])
                }
            }
            try objects.remove()
            try real.rename(to: objects)
            #expect(refusals > 0)
            _ = try await promote("v1.0.0", ada, shared)
            #expect(try await Clone(folder: shared.remote).tags().contains("golden/v1.0.0-staging"))
        }
    }

    @Test func refusesTagsThatTheRemoteHasLostOrMoved() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            let remote = Clone(folder: shared.remote)
            let id = try await remote.git(["rev-parse", "refs/tags/golden/v1.0.0-dev"])
            try await remote.git(["update-ref", "-d", "refs/tags/golden/v1.0.0-dev"])
            await #expect {
                try await promote("v1.0.0", ada, shared)
            } throws: { error in
                if case LedgerRefsError.removed(["refs/tags/golden/v1.0.0-dev"], _) = error { true } else { false }
            }
            try await remote.git(["tag", "golden/v1.0.0-dev", "main"])
            await #expect {
                try await promote("v1.0.0", ada, shared)
            } throws: { error in
                if case LedgerRefsError.moved(["refs/tags/golden/v1.0.0-dev"], _) = error { true } else { false }
            }
            try await remote.git(["update-ref", "refs/tags/golden/v1.0.0-dev", id])
            #expect(try await promote("v1.0.0", ada, shared).isNew)
        }
    }

    @Test func refusesANameThatAnotherTagHas() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            try await Clone(folder: shared.remote).git(["tag", "golden/v1.0.0-staging", "main"])
            await #expect(throws: LedgerChangeError.self) { try await promote("v1.0.0", ada, shared) }
        }
    }

    private func promote(
        _ version: String, _ clone: Clone, _ shared: SharedRepository
    ) async throws -> (tag: LedgerTag, isNew: Bool) {
        try await PromoteRelease(
            at: try await clone.desk(), series: "golden", version: version, to: .staging,
            searching: try shared.search()
        ).run()
    }
}

extension FilePermissions {
    /// `rwxr-xr-x`
    fileprivate static let executable: FilePermissions = [
        .ownerReadWriteExecute, .groupReadExecute, .otherReadExecute,
    ]
}
