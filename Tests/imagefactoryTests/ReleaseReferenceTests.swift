import Attestation
import AttestationTestSupport
import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import imagefactory

/// Releases as the commands take them: by folder, by name and version, by address.
@Suite(.timeLimit(.minutes(3)))
struct ReleaseReferenceTests {
    @Test func readsWhatIsNamed() throws {
        #expect(try ReleaseReference("web/v1.2.0") == .named(template: "web", version: "v1.2.0"))
        #expect(try ReleaseReference("output/web/v1.2.0") == .path("output/web/v1.2.0"))
        #expect(try ReleaseReference("./web/v1.2.0") == .path("./web/v1.2.0"))
        #expect(try ReleaseReference("web/latest") == .path("web/latest"))
        #expect(try ReleaseReference("/web/v1.2.0") == .path("/web/v1.2.0"))
        #expect(try ReleaseReference("https://a.org/web/v1.2.0/") == .web(try WebFolder("https://a.org/web/v1.2.0")))
        #expect(throws: UsageError.self) { try ReleaseReference("ftp://a.org/web/v1.2.0") }
    }

    @Test func findsAReleaseByNameInTheConfiguredPlaces() async throws {
        try await withProject { release, server in
            let run = try await factory(release, "verify", "web/v1.2.0", "--key", "release.pub")
            #expect(run.status == 0, "\(run.talk)")
            #expect(run.output.hasPrefix("web v1.2.0: good\n"))
            #expect(!run.output.contains("images "))

            try FileManager.default.moveItem(
                atPath: release.root.appending("output").string, toPath: release.root.appending("elsewhere").string)
            let web = try await factory(release, "verify", "web/v1.2.0", "--key", "release.pub")
            #expect(web.status == 0, "\(web.talk)")
            #expect(web.output.contains("\nimages     none was fetched"))
            let images = try await factory(release, "verify", "web/v1.2.0", "--key", "release.pub", "--images")
            #expect(images.status == 0 && !images.output.contains("images "), "\(images.talk)")
            let none = try await factory(release, "verify", "web/v1.2.1", "--key", "release.pub")
            #expect(none.status == 69)
            #expect(none.talk.contains("there is no release web v1.2.1; ") && none.talk.contains("it is not there"))
        }
    }

    @Test func takesAnAddressAndAnImageThere() async throws {
        try await withProject { release, server in
            let address = server.address + "/web/v1.2.0"
            let image = try await factory(release, "verify", address + "/web-v1.2.0.raw", "--key", "release.pub")
            #expect(image.status == 0 && !image.output.contains("images "), "\(image.talk)")
            #expect(try server.requests().filter { $0.contains(".raw") || $0.contains(".qcow2") }.count == 1)
            try release.edit("changes.json") { $0[0] ^= 1 }
            let bad = try await factory(release, "verify", address, "--key", "release.pub")
            #expect(bad.status == 65)
            #expect(bad.talk.hasPrefix("error: changes.json of \(address) does not hold what its checksum says"))
            let gone = try await factory(release, "verify", "http://127.0.0.1:1/web/v1.2.0", "--key", "release.pub")
            #expect(gone.status == 69, "\(gone.talk)")
            let secret = try await factory(release, "verify", "https://me:hunter2@127.0.0.1/web/v1.2.0")
            #expect(secret.status == 64 && !secret.talk.contains("hunter2"), "\(secret.talk)")
        }
    }

    @Test func comparesReleasesWhereverTheyAre() async throws {
        try await RecordedReleases.with { releases in
            for release in [releases.old, releases.new] {
                var lines = ""
                for name in release.folderEntries {
                    lines += "\(try await Digest.of(file: release.appending(name)).hex)  \(name)\n"
                }
                try release.appending("SHA256SUMS").write(lines.utf8)
            }
            try await ReleaseServer.with(releases.folder) { server in
                let arguments = ["diff", releases.old.string, server.address + "/v1.1.0"]
                let web = try await FactoryRun(arguments, in: releases.folder, state: releases.folder)
                let here = try await FactoryRun(
                    ["diff", releases.old.string, releases.new.string], in: releases.folder, state: releases.folder)
                #expect(web.status == 0, "\(web.talk)")
                #expect(web.output == here.output && web.output.contains("tool"))
            }
        }
    }

    private func withProject(_ body: (ReleaseFixture, ReleaseServer) async throws -> Void) async throws {
        try await ReleaseFixture.with { release in
            try release.root.appending("release.pub").write(release.key.publicKey.pem.utf8)
            try release.root.appending("templates").createFolder()
            // The server's folder keeps its name though the project loses it.
            let served = release.root.appending("served")
            try await Program.run(
                "cp", ["-r", release.root.appending("output").string, served.string], deadline: .seconds(60))
            var shared = release
            shared.folder = served.pushing("web/v1.2.0")
            try await ReleaseServer.with(served) { server in
                try release.root.appending("imagefactory.yaml").write("releases: [\(server.address)]\n".utf8)
                try await body(shared, server)
            }
        }
    }

    private func factory(_ release: ReleaseFixture, _ arguments: String...) async throws -> FactoryRun {
        try await FactoryRun(arguments, in: release.root, state: release.root.appending("state"))
    }
}
