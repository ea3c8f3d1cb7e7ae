import HostSystem
import Pipeline
import SystemPackage
import Testing

@testable import Stages

/// Installer ISOs that a real http server has.
struct InstallMediumTests {
    @Test func fetchesAnISOAgainThatLiesInTheCacheAndIsNotTheRightOne() async throws {
        try await withMedium(served: "right") { medium, cached in
            let fetched = try await medium.fetch(report: { _ in })
            #expect(fetched == cached)
            #expect(try cached.readText() == "right")
        }
    }

    @Test func failsIfTheServerHasNotTheRightISO() async throws {
        try await withMedium(served: "another") { medium, _ in
            let error = await #expect(throws: MediumError.self) { _ = try await medium.fetch(report: { _ in }) }
            let actual = Digest.of("another")
            #expect(error?.description.contains("found    \(actual)") == true)
        }
    }

    /// Lends a medium that must be `right`, and the place in the cache where something else lies.
    private func withMedium(
        served text: String, _ body: @Sendable (InstallMedium, FilePath) async throws -> Void
    ) async throws {
        try await TestProject.with { project in
            try project.write(text, to: "served/web.iso")
            try await withFileServer(of: project.root.appending("served")) { address in
                let url = "\(address)/web.iso"
                let medium = InstallMedium(
                    iso: Template.ISO(
                        source: .url(url), checksum: .digest(Digest.of("right")),
                        place: YAMLPlace(file: "templates/web.yaml", line: 3, column: 1)),
                    override: nil, state: project.state)
                let cached = InstallMedium.cache(in: project.state).appending("\(Digest.of(url).short).iso")
                try cached.removingLastComponent().createFolder()
                try cached.write("wrong".utf8)
                // The server sends no parts of files, so nothing could go on from here.
                try FilePath(cached.string + ".partial").write("wro".utf8)
                try await body(medium, cached)
            }
        }
    }
}
