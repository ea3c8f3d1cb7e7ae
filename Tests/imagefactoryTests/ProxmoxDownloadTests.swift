import AttestationTestSupport
import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import SystemPackage
import Testing
import VirtualMachineTestSupport

/// `deploy proxmox --download`: nodes fetch the image from the server that the release is on.
@Suite(.timeLimit(.minutes(5)))
struct ProxmoxDownloadTests {
    private func deploy(_ yard: ProxmoxYard, from address: String) async throws -> (status: Int, talk: String) {
        let words = ["deploy", "proxmox", "\(address)/web/v1.1.0", "--template-name", "web", "--download"]
        let end = try await yard.program(words + yard.trust + yard.cluster + yard.place).run(deadline: .seconds(120))
        return (end.status, end.talk)
    }

    @Test func nodesFetchTheImageByThemselves() async throws {
        try await ProxmoxYard.with { yard in
            let others = await Surroundings(of: yard.server)
            try await ReleaseServer.with(yard.folder.appending("output")) { place in
                let end = try await deploy(yard, from: place.address)
                #expect(end.status == 0, "\(end.talk)")
            }
            let endpoints = yard.server.requests.compactMap(\.endpoint)
            #expect(endpoints.contains("POST /nodes/{node}/storage/{storage}/download-url"))
            #expect(!endpoints.contains("POST /nodes/{node}/storage/{storage}/upload"))
            #expect(await yard.server.machines().contains { $0.name == "web" && $0.isTemplate })
            #expect(await yard.leftovers() == [])
            #expect(await others.now(on: yard.server) == others)
            #expect(yard.server.violations == [])
        }
    }

    @Test func anImageThatIsCutOrAnotherIsNotTaken() async throws {
        try await ProxmoxYard.with { yard in
            let output = yard.folder.appending("output")
            try await ReleaseServer.with(output) { place in
                try place.spoil("web/v1.1.0/web-v1.1.0.raw", .cut(after: 3))
                let cut = try await deploy(yard, from: place.address)
                #expect(cut.status == 1 && cut.talk.contains("download failed"), "\(cut.talk)")
            }
            try output.appending(".faults").remove()
            let image = output.appending("web/v1.1.0/web-v1.1.0.raw")
            try image.write(try image.readBytes().map { $0 ^ 1 })
            try await ReleaseServer.with(output) { place in
                let other = try await deploy(yard, from: place.address)
                #expect(other.status == 1 && other.talk.contains("checksum mismatch"), "\(other.talk)")
            }
            #expect(await yard.leftovers() == [])
            #expect(yard.server.violations == [])
        }
    }

    @Test func aReleaseInAFolderCannotBeFetched() async throws {
        try await ProxmoxYard.with { yard in
            let end = try await yard.deployment(1, ["--download"]).run(deadline: .seconds(60))
            #expect(end.status == 64 && end.talk.contains("--download needs a release on a server"), "\(end.talk)")
            #expect(yard.server.requests.isEmpty)
        }
    }
}
