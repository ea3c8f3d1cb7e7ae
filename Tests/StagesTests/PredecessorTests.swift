import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct PredecessorTests {
    @Test(arguments: [
        ("v1.2.0", ["v1.0.0", "v1.1.0", "v1.10.0", "v2.0.0"], "v1.1.0"),
        ("v1.2.0", ["v1.2.0-rc.1", "v1.1.9"], "v1.2.0-rc.1"),
        ("v1.2.0-rc.2", ["v1.2.0-rc.1", "v1.2.0"], "v1.2.0-rc.1"), ("v1.0.0", ["v1.0.0"], nil), ("v1.0.0", [], nil),
        ("v1.0.0", ["v0.0.0-0123456789ab", "latest", ".v0.9.0.partial-1"], nil),
    ])
    func isTheNextLowerVersion(version: String, releases: [String], expected: String?) async throws {
        try await withReleases(releases) { folder in
            #expect(Predecessor.of(version, in: folder)?.lastComponent?.string == expected)
        }
    }

    @Test func ofAVersionWithoutAnOrderIsTheLastOneThatWasPublished() async throws {
        try await withReleases(["v1.0.0", "v0.0.0-0123456789ab", "v0.0.0-ba9876543210"]) { folder in
            #expect(Predecessor.of("v0.0.0-ba9876543210", in: folder)?.lastComponent == "v0.0.0-0123456789ab")
        }
    }

    /// Lends a folder with releases that were published in their order, a second apart.
    private func withReleases(_ names: [String], _ body: (FilePath) throws -> Void) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "releases") { folder in
            for (index, name) in names.enumerated() {
                let manifest = folder.appending(name).appending("manifest.json")
                try folder.appending(name).createFolder()
                try manifest.write("{}".utf8)
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: Double(1_700_000_000 + index))],
                    ofItemAtPath: manifest.string)
            }
            try body(folder)
        }
    }
}
