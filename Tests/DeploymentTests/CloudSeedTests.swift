import HostSystem
import SystemPackage
import Testing

@testable import Deployment

struct CloudSeedTests {
    private static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx ada \"the first\" \\ back"

    @Test func isAnISOThatIsReadAsItWasWritten() async throws {
        let seed = CloudSeed(
            keys: [Self.key], userData: "#cloud-config\nruncmd: [true]\n", networkConfiguration: "version: 2\n")
        try await seed.withImage(name: "web-1", instance: "0a") { image in
            #expect(try await CloudSeed.read(image) == seed)
            let label = try await Program.run(
                "blkid", ["--output", "value", "--match-tag", "LABEL", image.string], deadline: .seconds(20)
            ).text
            #expect(label == "cidata")
        }
    }

    @Test func isReadWithoutUserDataToo() async throws {
        let seed = CloudSeed(keys: [])
        try await seed.withImage(name: "web-1", instance: "0a") { image async throws in
            #expect(try await CloudSeed.read(image) == seed)
        }
    }

    @Test func givesEachMachineItsOwnInstanceAndName() {
        let text = CloudSeed(keys: [Self.key]).metaData(name: "web-1", instance: "3fa9c2d1")
        #expect(
            text == """
                instance-id: web-1-3fa9c2d1
                local-hostname: web-1
                public-keys:
                  - "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx ada \\"the first\\" \\\\ back"

                """)
    }

    @Test func hasAnotherDigestForEachPart() {
        let seeds = [
            CloudSeed(), CloudSeed(keys: ["a"]), CloudSeed(userData: "a"), CloudSeed(networkConfiguration: "a"),
            CloudSeed(keys: ["a", "b"]), CloudSeed(keys: ["ab"]),
        ]
        #expect(Set(seeds.map(\.digest)).count == seeds.count)
    }

    @Test(arguments: ["", "# nothing\n", "PRIVATE KEY\n", "ssh-ed25519\n", "ssh-ed25519 AAAA\nrun: me\n"])
    func refusesAFileThatHoldsNoKeys(text: String) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-keys") { folder in
            try folder.appending("key.pub").write(text.utf8)
            #expect(throws: CloudSeedError.self) { try CloudSeed.keys(in: folder.appending("key.pub")) }
        }
    }

    @Test func takesTheKeysOfAFile() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-keys") { folder in
            try folder.appending("key.pub").write("# mine\n\(Self.key)\n".utf8)
            #expect(try CloudSeed.keys(in: folder.appending("key.pub")) == [Self.key])
        }
    }
}
