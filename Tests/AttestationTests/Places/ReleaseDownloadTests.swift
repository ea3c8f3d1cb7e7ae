import AttestationTestSupport
import HostSystem
import SystemPackage
import Testing

@testable import Attestation

/// Releases fetched from a real http server, also from one that is broken or means harm.
@Suite(.timeLimit(.minutes(3)))
struct ReleaseDownloadTests {
    @Test func lendsTheWholeReleaseAndRemovesIt() async throws {
        try await withServer { release, server in
            let lent = try await fetch(server, release, .everything) { folder in
                #expect(folder.components.suffix(2).map(\.string) == ["web", "v1.2.0"])
                let names = release.folder.folderEntries.filter { $0 != "logs" }
                #expect(folder.folderEntries == names)
                for name in names {
                    #expect(try folder.appending(name).readBytes() == release.bytes(name), "\(name)")
                }
                return try await verify(folder, release, .everything)
            }
            #expect(lent.isGood && lent.files.count == release.folder.folderEntries.count - 3, "\(lent.findings)")
            #expect(release.root.appending("scratch").folderEntries == [])
        }
    }

    @Test func fetchesNoImageUnlessItIsAskedFor() async throws {
        try await withServer { release, server in
            let evidence = try await fetch(server, release, .evidence) { try await verify($0, release, .evidence) }
            #expect(evidence.isGood, "\(evidence.findings)")
            #expect(evidence.evidence == [.provenance, .sbom, .sealReport, .tests, .verifyReport])
            #expect(try server.requests().allSatisfy { !$0.hasSuffix("qcow2") && !$0.hasSuffix("raw") })
            let image = "web-v1.2.0.raw"
            let one = try await fetch(server, release, .image(image)) { folder in
                #expect(folder.folderEntries.filter(ReleaseFileName.isImage) == [image])
                return try await verify(folder, release, .image(image))
            }
            #expect(one.isGood && one.files.contains { $0.name == image })
            let whole = try await fetch(server, release, .evidence) { try await verify($0, release, .everything) }
            #expect(whole.findings.map(\.kind) == [.missing, .missing, .missing])
        }
    }

    @Test func takesAReleaseThatNobodySigned() async throws {
        try await withServer { release, server in
            try release.folder.appending("SHA256SUMS.sig").remove()
            let report = try await fetch(server, release, .evidence) { try await verify($0, release, .evidence) }
            #expect(report.findings.map(\.kind) == [.missing])
        }
    }

    @Test func refusesWhatIsNotAsItsChecksumSays() async throws {
        try await withServer { release, server in
            try release.edit("inventory.json") { $0[3] ^= 1 }
            guard case .digest("inventory.json") = try await refusal(server, release) else { return unexpected() }
        }
    }

    @Test func refusesAReleaseWithoutAFileThatItNames() async throws {
        try await withServer { release, server in
            try release.folder.appending("tests.junit.xml").remove()
            guard case .missing("tests.junit.xml") = try await refusal(server, release) else { return unexpected() }
            try release.folder.appending("SHA256SUMS").remove()
            guard case .absent = try await refusal(server, release) else { return unexpected() }
        }
    }

    @Test(arguments: [
        "../../escape", "/etc/escape", "a/b", "..", "SHA256SUMS", "logs", "a\\b", "caf\u{E9}",
    ])
    func refusesNamesThatLeadElsewhere(name: String) async throws {
        try await withServer { release, server in
            try release.relist { $0 + "\(Digest.of("x").hex)  \(name)\n" }
            guard case .checksums = try await refusal(server, release) else { return unexpected() }
            #expect(release.root.appending("scratch").folderEntries == [])
        }
    }

    @Test func asksForOddNamesAsTheyAre() async throws {
        try await withServer { release, server in
            let names = ["a b.txt", "{1..3}[a-z]", "%2e%2e%2fx", "-o", "q?x=1#f", "~$&'()*+,;=:@!"]
            for name in names { try release.write(name, Array(name.utf8)) }
            try release.seal()
            try await fetch(server, release, .evidence) { folder in
                for name in names {
                    let bytes = try folder.appending(name).readBytes()
                    #expect(bytes == Array(name.utf8), "\(name)")
                }
            }
        }
    }

    @Test func stopsAFileThatIsLongerThanItMayBe() async throws {
        for fault in [ReleaseServer.Fault.endless, .hugeLength] {
            try await withServer { release, server in
                try server.spoil("web/v1.2.0/SHA256SUMS", fault)
                guard case .tooLarge("SHA256SUMS", ChecksumList.sizeLimit) = try await refusal(server, release) else {
                    return unexpected()
                }
            }
            try await withServer { release, server in
                try server.spoil("web/v1.2.0/web-v1.2.0.raw", fault)
                // The manifest says how long it is.
                guard
                    case .tooLarge("web-v1.2.0.raw", ByteCount(3002)) = try await refusal(server, release, .everything)
                else { return unexpected() }
            }
        }
    }

    @Test(arguments: [ReleaseServer.Fault.cut(after: 10), .stall(after: 10), .status(500), .status(403), .status(204)])
    func takesNoPartOfAFile(fault: ReleaseServer.Fault) async throws {
        try await withServer { release, server in
            try server.spoil("web/v1.2.0/inventory.json", fault)
            guard case .unreachable = try await refusal(server, release) else { return unexpected() }
        }
    }

    @Test func followsARedirectionToAnHTTPServerAlone() async throws {
        try await withServer { release, server in
            try server.spoil("web/v1.2.0/inventory.json", .redirect("/web/v1.2.0/changes.json"))
            guard case .digest("inventory.json") = try await refusal(server, release) else { return unexpected() }
        }
        try await withServer { release, server in
            try release.write("elsewhere", try release.bytes("inventory.json"))
            try release.seal()
            try server.spoil("web/v1.2.0/inventory.json", .redirect("/web/v1.2.0/elsewhere"))
            try await fetch(server, release, .evidence) { _ in }
        }
        for target in ["file:///etc/hostname", "ftp://127.0.0.1:1/x", "/web/v1.2.0/inventory.json"] {
            try await withServer { release, server in
                try server.spoil("web/v1.2.0/inventory.json", .redirect(target))
                guard case .unreachable = try await refusal(server, release) else { return unexpected() }
            }
        }
    }

    @Test func letsAServerSayNothingToATerminal() async throws {
        try await withServer { release, server in
            try server.spoil("web/v1.2.0/inventory.json", .redirect("\u{1B}[2Jx://127.0.0.1/"))
            guard case .unreachable(let error) = try await refusal(server, release) else { return unexpected() }
            #expect(!error.description.contains("\u{1B}"), "\(error)")
        }
    }

    @Test func keepsNothingOfAReleaseThatItsUserGivesUp() async throws {
        try await withServer { release, server in
            struct GivenUp: Error {}
            await #expect(throws: GivenUp.self) { try await fetch(server, release, .evidence) { _ in throw GivenUp() } }
            #expect(release.root.appending("scratch").folderEntries == [])
        }
    }

    private func withServer(_ body: (ReleaseFixture, ReleaseServer) async throws -> Void) async throws {
        try await ReleaseFixture.with { release in
            try await ReleaseServer.with(release.root.appending("output")) { try await body(release, $0) }
        }
    }

    private var patience: WebPatience { .ofTests }

    @discardableResult
    private func fetch<Result>(
        _ server: ReleaseServer, _ release: ReleaseFixture, _ scope: ReleaseScope,
        _ body: (FilePath) async throws -> Result
    ) async throws -> Result {
        let place = ReleasePlace.web(try WebFolder(server.address + "/web/v1.2.0"))
        return try await FoundRelease(place, patience: patience).withFolder(
            scope, scratch: release.root.appending("scratch"), body)
    }

    /// Why nothing is lent; nil where something is.
    private func refusal(
        _ server: ReleaseServer, _ release: ReleaseFixture, _ scope: ReleaseScope = .evidence
    ) async throws -> ReleaseDownloadError.Problem? {
        let error = await #expect(throws: ReleaseDownloadError.self) {
            try await fetch(server, release, scope) { _ in Issue.record("a part of a release is lent") }
        }
        #expect(release.root.appending("scratch").folderEntries == [])
        return error?.problem
    }

    private func verify(
        _ folder: FilePath, _ release: ReleaseFixture, _ scope: ReleaseScope
    ) async throws -> VerificationReport {
        try await ReleaseVerification(
            of: try ReleaseFolder(folder), scope: scope, trusting: try release.trusted.map { try TrustedSigners($0) },
            policy: release.policy
        ).run()
    }

    private func unexpected(_ place: SourceLocation = #_sourceLocation) {
        Issue.record("it was refused for another reason", sourceLocation: place)
    }
}
