import Foundation
import HostSystem
import SystemPackage
import Testing

/// Releases compared by the real program.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct DiffCommandTests {
    private func diff(_ arguments: String...) async throws -> FactoryRun {
        try await FactoryRun(["diff"] + arguments, in: "/", state: "/nonexistent")
    }

    @Test func tellsWhatDiffersBetweenTwoReleases() async throws {
        try await RecordedReleases.with { releases in
            let run = try await diff(releases.old.string, releases.new.string)
            #expect(run.status == 0 && run.talk == "")
            #expect(
                run.output == """
                    web v1.0.0 -> web v1.1.0
                    packages: 1 upgraded
                      > tool 1.9-1 -> 1.10-1
                    files: 1 changed
                      ~ /etc/secret: mode 0644 -> 0600
                    size installed: 3 B, as before
                    size of raw: 5 B, as before

                    """)
        }
    }

    @Test func takesInventoriesAndPrintsJSON() async throws {
        try await RecordedReleases.with { releases in
            let run = try await diff(
                releases.new.appending("inventory.json").string, releases.old.string, "--format", "json")
            #expect(run.status == 0)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
            #expect(object["from"] as? [String: String] == [:])
            #expect(object["to"] as? [String: String] == ["template": "web", "version": "v1.0.0"])
            let packages = try #require(object["packages"] as? [String: [[String: String]]])
            #expect(packages["downgraded"]?.map { $0["name"] } == ["tool"])
        }
    }

    @Test func saysWhatIsMissing() async throws {
        try await RecordedReleases.with { releases in
            let nothing = try await diff(releases.old.string, "/nonexistent")
            #expect(nothing.status == 69)
            #expect(nothing.talk.contains("there is no /nonexistent; name a release's folder or its inventory.json"))
            try releases.new.appending("inventory.json").remove()
            let older = try await diff(releases.old.string, releases.new.string)
            #expect(older.status == 69)
            #expect(older.talk.contains("\(releases.new) holds no inventory.json"))
        }
    }

    @Test(arguments: [
        ("QFI\u{FB}", "is no inventory"), ("{\"schema\": 1, \"schema\": 1}", "has the key \"schema\" twice"),
        ("{", "cannot be used"), ("{\"schema\": 1}", "cannot be used"), ("", "is no inventory"),
    ])
    func refusesWhatIsNoInventory(content: String, reason: String) async throws {
        try await RecordedReleases.with { releases in
            let file = releases.folder.appending("inventory.json")
            try file.write(content.utf8)
            let run = try await diff(file.string, releases.new.string)
            #expect(run.status == 1 && run.output == "")
            #expect(run.talk.contains("error: \(file) ") && run.talk.contains(reason), "\(run.talk)")
        }
    }

    @Test func refusesAnInventoryOfAnotherLayout() async throws {
        try await RecordedReleases.with { releases in
            let file = releases.old.appending("inventory.json")
            try file.write(try file.readText().replacing("\"schema\": 1", with: "\"schema\": 2").utf8)
            let run = try await diff(releases.old.string, releases.new.string)
            #expect(run.status == 1)
            #expect(run.talk.contains("is an inventory of layout 2, and only 1 is known"))
        }
    }
}
