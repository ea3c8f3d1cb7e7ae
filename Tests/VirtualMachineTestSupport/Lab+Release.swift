import HostSystem
package import SystemPackage
import Testing

extension Lab {
    /// Expects of a release with a qcow2 image whatever is expected of an undisturbed build's: that its checksums hold,
    /// its tests passed, its disk is sealed, and its image boots.
    package func expectGood(_ release: FilePath) async throws {
        try await Program.run(
            "sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], in: release, deadline: .seconds(60))
        #expect(try release.appending("tests.junit.xml").readText().contains("failures=\"0\""))
        let name = try #require(release.folderEntries.first { $0.hasSuffix(".qcow2") })
        let image = release.appending(name)
        try await Program.run("qemu-img", ["check", image.string], deadline: .seconds(60))
        try await SealedDisk(image).expectSealed(lab: self)
        try await turn { try await PublishedImage(image).expectBoots(in: self) }
    }
}
