import Attestation
import HostSystem
import SystemPackage
import Testing

@testable import Deployment

/// Versions in fleet files that follow a channel, with a real git.
struct FleetPinTests {
    private static let text = """
        # The fleet at the front
        fleet: web
        template: golden
        version: "v1.2.0"   # moved by imagefactory
        follow: prod
        count: 3
        """

    private func git(_ folder: FilePath, _ arguments: String...) async throws -> String {
        let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
        return try await Program.run(
            "git", ["-C", folder.string] + identity + arguments, deadline: .seconds(60)
        ).text
    }

    /// Lends a repository with the fleet in it, and a folder for clones.
    private func with(_ body: (_ repository: FilePath, _ cache: FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-pins") { root in
            let work = root.appending("work")
            try work.appending("fleets").createFolder()
            try work.appending("fleets/web.yaml").write(Self.text.utf8)
            _ = try await git(work, "init", "--quiet", "--initial-branch", "main")
            _ = try await git(work, "add", "--all")
            _ = try await git(work, "commit", "--quiet", "--message", "A fleet")
            let bare = root.appending("fleets.git")
            _ = try await git(work, "clone", "--quiet", "--bare", ".", bare.string)
            try await body(bare, root.appending("cache"))
        }
    }

    @Test func movesAVersionByACommitAndNothingElse() async throws {
        try await with { repository, cache in
            let source = FleetSource("file://\(repository)")
            try await source.withFolder(cache: cache) { folder in
                let moves = try await FleetPin.moves(of: FleetFileReader.fleets(in: folder)) { template, source in
                    #expect(template == "golden" && source == .channel(.prod))
                    return "v1.10.0"
                }.moves
                #expect(moves.map(\.description) == ["web: v1.2.0 to v1.10.0, which prod holds"])
                try await FleetPin.write(moves, in: folder) {
                    try await source.commit(moves.map(\.file), in: folder, message: "Move pins", isSigned: false)
                }
            }
            let pushed = try await git(repository, "show", "main:fleets/web.yaml")
            #expect(pushed == Self.text.replacing("v1.2.0", with: "v1.10.0"))
            let log = try await git(repository, "log", "--format=%an: %s", "main")
            #expect(log == "imagefactory: Move pins\nAda: A fleet")
            // What was pushed is what the next pass sees.
            try await source.withFolder(cache: cache) { folder in
                let fleets = try FleetFileReader.fleets(in: folder)
                #expect(try await FleetPin.moves(of: fleets) { _, _ in "v1.10.0" }.moves.isEmpty)
            }
        }
    }

    @Test func givesWayToSomebodyWhoWasFaster() async throws {
        try await with { repository, cache in
            let source = FleetSource("file://\(repository)")
            try await source.withFolder(cache: cache) { folder in
                let moves = try await FleetPin.moves(of: FleetFileReader.fleets(in: folder)) { _, _ in "v1.3.0" }.moves
                let other = cache.appending("other")
                _ = try await git(cache, "clone", "--quiet", repository.string, other.string)
                try other.appending("fleets/web.yaml").write(Self.text.replacing("count: 3", with: "count: 5").utf8)
                _ = try await git(other, "commit", "--quiet", "--all", "--message", "More of them")
                _ = try await git(other, "push", "--quiet", "origin", "HEAD")
                await #expect(throws: ProgramError.self) {
                    try await FleetPin.write(moves, in: folder) {
                        try await source.commit(moves.map(\.file), in: folder, message: "Move pins", isSigned: false)
                    }
                }
                #expect(try folder.appending("web.yaml").readText() == Self.text)
            }
            try await source.withFolder(cache: cache) { folder in
                let fleets = try FleetFileReader.fleets(in: folder)
                #expect(fleets.map(\.order.count) == [5])
                #expect(fleets.map(\.source) == [.version("v1.2.0")])
            }
        }
    }

    @Test func movesOnlyVersionsThatFollowAChannel() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-pins") { folder in
            for (name, line) in [("one", "version: v1.0.0"), ("two", "channel: dev")] {
                try folder.appending("\(name).yaml").write("fleet: \(name)\ntemplate: a\n\(line)\ncount: 1\n".utf8)
            }
            let moves = try await FleetPin.moves(of: FleetFileReader.fleets(in: folder)) { _, _ in "v9.0.0" }.moves
            #expect(moves.isEmpty)
        }
    }

    @Test func movesTheOthersWhenOneCannotBeTold() async throws {
        struct Empty: Error {}
        try await withScratchFolder(in: "/var/tmp", prefix: "if-pins") { folder in
            for (name, channel) in [("one", "dev"), ("two", "prod")] {
                try folder.appending("\(name).yaml").write(
                    "fleet: \(name)\ntemplate: a\nversion: v1.0.0\nfollow: \(channel)\ncount: 1\n".utf8)
            }
            let (moves, failed) = try await FleetPin.moves(of: FleetFileReader.fleets(in: folder)) { _, source in
                guard source == .channel(.prod) else { throw Empty() }
                return "v1.1.0"
            }
            #expect(moves.map(\.fleet) == ["two"])
            #expect(failed.map(\.fleet) == ["one"] && failed.allSatisfy(\.isBad))
        }
    }
}
