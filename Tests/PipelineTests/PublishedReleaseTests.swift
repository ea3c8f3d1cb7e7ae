import HostSystem
import SystemPackage
import Testing

@testable import Pipeline

struct PublishedReleaseTests {
    @Test func hasTheDigestOfItsManifest() async throws {
        let folder = try TestFolder()
        let release = try folder.write("{}", to: "v1/manifest.json").removingLastComponent()
        #expect(await PublishedRelease(release) == PublishedRelease(path: release.string, digest: Digest.of("{}")))
        let other = folder.path.appending("v2")
        #expect(await PublishedRelease(other) == PublishedRelease(path: other.string, digest: nil))
    }
}
