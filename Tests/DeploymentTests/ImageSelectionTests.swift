import Attestation
import AttestationTestSupport
import Deployment
import DiskImages
import HostSystem
import Promotion
import PromotionTestSupport
import SystemPackage
import Testing

struct ImageSelectionTests {
    /// Lends a repository with `v1.0.0` in prod, and a selection for it.
    private func withProd(
        _ body: (SharedRepository, PromotionTestSupport.Clone, () async throws -> ImageSelection) async throws -> Void
    ) async throws {
        try await SharedRepository.with { shared in
            let clone = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: clone, upTo: .prod)
            try await body(shared, clone) {
                let reading = try await clone.desk().open("golden").reading
                return ImageSelection(try shared.search(), ledger: reading)
            }
        }
    }

    @Test func findsWhatAChannelHolds() async throws {
        try await withProd { _, _, selection in
            let verified = try await selection().image(of: "golden", in: .prod)
            #expect(verified.image.template == "web")
            #expect(verified.image.version == "v1.0.0")
            #expect(verified.image.sha256 == SmallRelease.image("web", "v1.0.0"))
            #expect(verified.signers == ["release"])
            try await verified.withFile { file async throws in
                #expect(try await Digest.of(file: file) == verified.image.sha256)
            }
        }
    }

    @Test func refusesAChannelThatIsEmpty() async throws {
        try await withProd { _, _, selection in
            let selection = try await selection()
            let error = await #expect(throws: DeployError.self) { _ = try await selection.image(of: "base", in: .prod) }
            #expect(error?.isRefusal == false)
        }
    }

    @Test func findsTheLastOfARangeThatAChannelHeld() async throws {
        try await withProd { shared, clone, selection in
            try await shared.place("v2.0.0", by: clone, upTo: .prod)
            let selection = try await selection()
            let first = try await selection.image(of: "golden", in: .prod, within: VersionRange("1.x"))
            #expect(first.image.version == "v1.0.0")
            let second = try await selection.image(of: "golden", in: .prod, within: VersionRange(">=1.0.0"))
            #expect(second.image.version == "v2.0.0")
            await #expect {
                _ = try await selection.image(of: "golden", in: .prod, within: VersionRange("^3.0.0"))
            } throws: { "\($0)".contains("never held a version of ^3.0.0") }
        }
    }

    @Test func refusesWhatWasRevoked() async throws {
        try await withProd { shared, clone, selection in
            _ = try await RevokeRelease(
                at: try await clone.desk(), series: "golden", version: "v1.0.0", reason: "it leaks",
                searching: try shared.search()
            ).run()
            let selection = try await selection()
            let byChannel = await #expect(throws: DeployError.self) {
                _ = try await selection.image(of: "golden", in: .prod)
            }
            #expect(byChannel?.isRefusal == true)
            let folder = shared.root.appending("releases/web/v1.0.0")
            let byName = await #expect(throws: DeployError.self) {
                _ = try await selection.image(of: FoundRelease(.folder(folder)))
            }
            #expect(byName?.isRefusal == true)
        }
    }

    @Test func refusesAReleaseWhoseRevocationsVanished() async throws {
        try await withProd { shared, clone, selection in
            _ = try await RevokeRelease(
                at: try await clone.desk(), series: "golden", version: "v1.0.0", reason: "it leaks",
                searching: try shared.search()
            ).run()
            // Their locks say that they were there.
            for folder in [shared.remote, clone.folder] {
                let tags = try await Program.run(
                    "git", ["-C", folder.string, "tag", "--list", "golden/*"], deadline: .seconds(60)
                ).text.split(separator: "\n").map(String.init)
                try await Program.run(
                    "git", ["-C", folder.string, "tag", "--delete"] + tags, deadline: .seconds(60))
            }
            let selection = try await selection()
            let error = await #expect(throws: DeployError.self) {
                _ = try await selection.image(
                    of: FoundRelease(.folder(shared.root.appending("releases/web/v1.0.0"))))
            }
            guard case .disputed("golden", _)? = error else {
                Issue.record("it is not refused for its series: \(String(describing: error))")
                return
            }
        }
    }

    @Test func refusesAReleaseThatNobodySigned() async throws {
        try await withProd { shared, _, selection in
            let folder = shared.root.appending("releases/web/v1.0.0")
            try folder.appending("SHA256SUMS.sig").remove()
            let selection = try await selection()
            await #expect(throws: (any Error).self) { _ = try await selection.image(of: "golden", in: .prod) }
            await #expect(throws: ReleaseEvidenceError.self) {
                _ = try await selection.image(of: FoundRelease(.folder(folder)))
            }
        }
    }

    @Test func refusesAReleaseWithAnotherManifest() async throws {
        try await withProd { shared, _, selection in
            let manifest = shared.root.appending("releases/web/v1.0.0/manifest.json")
            try manifest.write(try manifest.readText().replacing("v1.0.0", with: "v1.0.1").utf8)
            let selection = try await selection()
            await #expect(throws: (any Error).self) { _ = try await selection.image(of: "golden", in: .prod) }
        }
    }

    @Test func doesNotLendAFileOfAnotherLength() async throws {
        try await withProd { shared, _, selection in
            let verified = try await selection().image(of: "golden", in: .prod)
            try shared.root.appending("releases/web/v1.0.0/web-v1.0.0.raw").write("longer than it was before".utf8)
            await #expect(throws: DeployError.self) { try await verified.withFile { _ in } }
        }
    }

    @Test func takesTheFirstFormatThatIsThere() async throws {
        try await ReleaseFixture.with { fixture in
            let search = ReleaseSearch(
                places: [], scratch: fixture.root, trusted: try TrustedSigners(fixture.trusted ?? []),
                policy: VerificationPolicy(required: []))
            let found = FoundRelease(.folder(fixture.folder))
            let best = try await ImageSelection(search, ledger: nil).image(of: found)
            #expect(best.image.format == .qcow2)
            let raw = try await ImageSelection(search, ledger: nil, formats: [.raw]).image(of: found)
            #expect(raw.image.format == .raw)
            await #expect(throws: DeployError.self) {
                _ = try await ImageSelection(search, ledger: nil, formats: [.vhd]).image(of: found)
            }
        }
    }

    @Test func trustsNobodyUnlessItIsTold() async throws {
        try await ReleaseFixture.with { fixture in
            let search = ReleaseSearch(
                places: [], scratch: fixture.root, trusted: nil, policy: VerificationPolicy(required: []))
            let found = FoundRelease(.folder(fixture.folder))
            await #expect(throws: ReleaseSearchError.self) {
                _ = try await ImageSelection(search, ledger: nil).image(of: found)
            }
            _ = try await ImageSelection(search, ledger: nil, acceptsUnsigned: true).image(of: found)
        }
    }
}
