import HostSystem
package import SystemPackage
import Testing

extension Lab {
    /// Expects of releases with a qcow2 image whatever is expected of an undisturbed build's: that their checksums hold,
    /// their tests passed, their disks are sealed, and their images boot.
    package func expectGood(_ releases: FilePath...) async throws {
        var images: [FilePath] = []
        for release in releases {
            try await Program.run(
                "sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], in: release, deadline: .seconds(60))
            #expect(try release.appending("tests.junit.xml").readText().contains("failures=\"0\""))
            let name = try #require(release.folderEntries.first { $0.hasSuffix(".qcow2") })
            let image = release.appending(name)
            try await Program.run("qemu-img", ["check", image.string], deadline: .seconds(60))
            try await SealedDisk(image).expectSealed(lab: self)
            images.append(image)
        }
        try await turn { [images] in try await PublishedImage.expectAllBoot(images, in: self) }
    }
}
