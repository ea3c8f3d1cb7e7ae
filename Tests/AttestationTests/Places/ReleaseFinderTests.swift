import AttestationTestSupport
import HostSystem
import SystemPackage
import Testing

@testable import Attestation

@Suite(.timeLimit(.minutes(3)))
struct ReleaseFinderTests {
    @Test func takesTheFirstPlaceThatHasIt() async throws {
        try await ReleaseFixture.with { release in
            let (empty, full) = (release.root.appending("empty"), release.root.appending("output"))
            try await ReleaseServer.with(full) { server in
                let web = ReleasePlace.web(try WebFolder(server.address))
                let here = ReleasePlace.folder(full)
                let there = try await finder(.folder(empty), web, here).find(template: "web", version: "v1.2.0")
                #expect(there.place == .web(try WebFolder(server.address + "/web/v1.2.0")))
                #expect(try server.requests() == ["HEAD /web/v1.2.0/SHA256SUMS"])
                let local = try await finder(here, web).find(template: "web", version: "v1.2.0")
                #expect(local.place == .folder(full.pushing("web/v1.2.0")))
            }
        }
    }

    @Test func passesOverAServerThatCannotBeAsked() async throws {
        try await ReleaseFixture.with { release in
            let full = ReleasePlace.folder(release.root.appending("output"))
            let gone = ReleasePlace.web(try WebFolder("http://127.0.0.1:1/releases"))
            let found = try await finder(gone, full).find(template: "web", version: "v1.2.0")
            #expect(found.place.folder != nil)
            let error = await #expect(throws: ReleaseFinderError.self) {
                try await finder(full, gone).find(template: "web", version: "v9.9.9")
            }
            guard case .absent(let answers)? = error?.problem else { Issue.record("another problem"); return }
            #expect(answers.map(\.place) == [full, gone])
            #expect(answers.map { $0.doubt == nil } == [true, false])
        }
    }

    @Test(arguments: [
        ("../web", "v1.2.0"), ("web", "v1.2.0/../.."), ("web", ".."), ("", "v1.2.0"), ("web", "latest"),
        ("Web", "v1.2.0"),
    ])
    func asksNobodyForWhatIsNoName(template: String, version: String) async throws {
        let error = await #expect(throws: ReleaseFinderError.self) {
            try await finder(.folder("/")).find(template: template, version: version)
        }
        guard case .name? = error?.problem else { Issue.record("another problem"); return }
    }

    private func finder(_ places: ReleasePlace...) -> ReleaseFinder {
        var finder = ReleaseFinder(places)
        finder.patience = .ofTests
        return finder
    }
}

extension WebPatience {
    /// Little, so that tests need not wait.
    static var ofTests: WebPatience {
        var patience = WebPatience()
        patience.connection = .seconds(5)
        // A busy machine sends slowly, too.
        patience.stall = .seconds(20)
        patience.retries = 0
        return patience
    }
}
