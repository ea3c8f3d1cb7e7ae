import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import SystemPackage
import Testing

@testable import Promotion

@Suite(.timeLimit(.minutes(5)))
struct PromoteReleaseTests {
    @Test func carriesTheVerifiedDigestsFromChannelToChannel() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada, upTo: .prod)
            let bob = try await shared.clone("bob")
            let ledger = try await bob.desk().open("golden").ledger("golden")
            #expect(
                ledger.channels.mapValues { $0.map(\.tag.name.description) } == [
                    .dev: ["golden/v1.0.0-dev"], .staging: ["golden/v1.0.0-staging"], .prod: ["golden/v1.0.0-prod"],
                ])
            let identities = Set(ledger.channels.values.joined().map(\.release))
            #expect(identities.count == 1)
            #expect(identities.first?.images == ["raw": SmallRelease.image("web", "v1.0.0")])
            #expect(ledger.current(in: .prod)?.tag.signer == "ada@example.org")
        }
    }

    @Test func refusesToSkipAChannel() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            await #expect(throws: PromotionError.self) { try await promote("v1.0.0", to: .prod, ada, shared) }
            await #expect(throws: PromotionError.self) { try await promote("v1.0.0", to: .dev, ada, shared) }
            await #expect(throws: PromotionError.self) { try await promote("v9.0.0", to: .staging, ada, shared) }
            #expect(try await ada.tags() == ["golden/v1.0.0-dev"])
        }
    }

    @Test func leavesWhatIsThereAlready() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada, upTo: .staging)
            let again = try await promote("v1.0.0", to: .staging, ada, shared)
            #expect(!again.isNew)
            #expect(again.tag.name.description == "golden/v1.0.0-staging")
        }
    }

    @Test(arguments: ["missing", "tampered", "unsigned", "other bytes", "nobody trusted"])
    func refusesEvidenceThatDoesNotHold(_ fault: String) async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            let folder = shared.root.pushing("releases/web/v1.0.0")
            var search = try shared.search()
            switch fault {
            case "missing": try folder.remove()
            case "tampered": try folder.appending("provenance.dsse.json").write("{}".utf8)
            case "unsigned": try folder.appending("SHA256SUMS.sig").remove()
            case "other bytes": _ = try shared.build("v1.0.0", inputs: [Digest.of("another")])
            default:
                search = ReleaseSearch(
                    places: search.places, scratch: search.scratch, trusted: nil, policy: search.policy)
            }
            let promotion = PromoteRelease(
                at: try await ada.desk(), series: "golden", version: "v1.0.0", to: .staging, searching: search)
            await #expect {
                try await promotion.run()
            } throws: {
                $0 is ReleaseSearchError || $0 is ReleaseEvidenceError
            }
            let requirements = try await promotion.explain()
            #expect(requirements.first { $0.name == "evidence" }?.state == .missing)
            #expect(try await ada.tags() == ["golden/v1.0.0-dev"])
            // The one way round it is written down for ever.
            var unverified = promotion
            unverified.isUnverified = true
            _ = try await unverified.run()
            let ledger = try await ada.desk().open("golden").ledger("golden")
            #expect(ledger.current(in: .staging)?.isUnverified == true)
        }
    }

    @Test func needsNoImages() async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            try shared.root.pushing("releases/web/v1.0.0/web-v1.0.0.raw").remove()
            #expect(try await promote("v1.0.0", to: .staging, ada, shared).isNew)
        }
    }

    @Test func asksForTheEvidenceOfThePolicy() async throws {
        try await SharedRepository.with(policy: "staging: { evidence: [provenance, tests] }\n") { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            await #expect(throws: ReleaseEvidenceError.self) { try await promote("v1.0.0", to: .staging, ada, shared) }
        }
    }

    @Test func readsThePolicyOfTheCommitAndNotOfTheWorkTree() async throws {
        let policy = "staging: { evidence: [provenance], promoters: [bob@example.org] }\n"
        try await SharedRepository.with(policy: policy) { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            try ada.folder.pushing("pipelines/promotion.yaml").write("staging: { evidence: [provenance] }\n".utf8)
            await #expect(throws: PromotionError.self) { try await promote("v1.0.0", to: .staging, ada, shared) }
            let bob = try await shared.clone("bob")
            #expect(try await promote("v1.0.0", to: .staging, bob, shared).isNew)
        }
    }

    @Test func waitsForApprovalsOfOthers() async throws {
        let policy =
            "staging: { evidence: [provenance], approvals: 1, approvers: [ada@example.org, bob@example.org] }\n"
        try await SharedRepository.with(policy: policy) { shared in
            let (ada, bob) = (try await shared.clone("ada"), try await shared.clone("bob"))
            try await shared.place("v1.0.0", by: ada)
            func approve(_ clone: Clone) async throws -> (tag: LedgerTag, isNew: Bool) {
                try await ApproveRelease(at: try await clone.desk(), series: "golden", version: "v1.0.0", for: .staging)
                    .run()
            }
            #expect(try await approve(ada).isNew)
            #expect(try await !approve(ada).isNew)
            // The author's own agreement does not count.
            await #expect(throws: PromotionError.self) { try await promote("v1.0.0", to: .staging, ada, shared) }
            #expect(try await approve(bob).tag.name.description == "golden/v1.0.0-staging-approved.2")
            #expect(try await promote("v1.0.0", to: .staging, ada, shared).isNew)
        }
    }

    @Test func recordsWhatTheGatesFound() async throws {
        let policy = """
            staging:
              evidence: [provenance]
              gates:
                - { name: trial, run: 'test "$IMAGEFACTORY_CHANNEL" = staging; test -e "$IMAGEFACTORY_RELEASE/manifest.json"; echo all is well' }
                - { name: scan, run: 'echo found a hole; test -e "$HOME_OF_TEST/closed"' }
            """
        try await SharedRepository.with(policy: policy.replacing("$HOME_OF_TEST", with: "..")) { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            await #expect {
                try await promote("v1.0.0", to: .staging, ada, shared)
            } throws: { error in
                (error as? GateError)?.gate == "scan" && "\(error)".contains("found a hole")
            }
            #expect(try await ada.tags() == ["golden/v1.0.0-dev"])
            try shared.root.appending("closed").write([])
            let tag = try await promote("v1.0.0", to: .staging, ada, shared).tag

            let remote = Clone(folder: shared.remote)
            let refs = try await remote.git([
                "for-each-ref", "--format=%(refname)", "refs/imagefactory/golden/summaries/",
            ])
            let names = refs.split(separator: "\n").map(String.init)
            #expect(names.map { $0.split(separator: "/").last } == ["v1.0.0-staging.1", "v1.0.0-staging.2"])
            var verdicts: [VerificationSummary.Verdict] = []
            for name in names {
                let record = try await Program.run(
                    "git", ["cat-file", "blob", name], in: shared.remote, deadline: .seconds(60))
                let envelope = try Envelope(json: record.standardOutput)
                #expect(envelope.isSigned(by: shared.releaseKey.publicKey))
                let statement = try Statement<VerificationSummary>(json: envelope.payload)
                verdicts.append(statement.predicate.verificationResult)
                if statement.predicate.verificationResult == .passed {
                    let placement = try await ada.desk().open("golden").ledger("golden").current(in: .staging)
                    #expect(placement?.tag.id == tag.id)
                    #expect(placement?.verification == Digest.of(record.standardOutput))
                }
            }
            #expect(verdicts == [.failed, .passed])
        }
    }

    @Test func seesWhatWasRevokedWhileGatesRan() async throws {
        let policy = """
            staging:
              evidence: [provenance]
              gates: [{ name: slow, run: 'touch ../asked; until [ -e ../revoked ]; do sleep 0.1; done', timeout: 60s }]
            """
        try await SharedRepository.with(policy: policy) { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            let bob = try await shared.clone("bob")
            let promotion = Task { try await promote("v1.0.0", to: .staging, ada, shared) }
            _ = try await poll(every: .milliseconds(100), deadline: .seconds(60), for: "the gate") {
                shared.root.appending("asked").exists ? true : nil
            }
            _ = try await RevokeRelease(
                at: try await bob.desk(), series: "golden", version: "v1.0.0", reason: "a hole",
                searching: try shared.search()
            ).run()
            try shared.root.appending("revoked").write([])
            await #expect {
                try await promotion.value
            } throws: { error in
                guard case PromotionError.missing = error else { return false }
                return true
            }
            #expect(try await !ada.tags().contains("golden/v1.0.0-staging"))
        }
    }

    @Test func endsAGateThatTakesTooLong() async throws {
        let policy = "staging: { evidence: [provenance], gates: [{ name: slow, run: sleep 600, timeout: 1s }] }\n"
        try await SharedRepository.with(policy: policy) { shared in
            let ada = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: ada)
            await #expect(throws: GateError.self) { try await promote("v1.0.0", to: .staging, ada, shared) }
        }
    }

    @Test(arguments: ["unknown", "unsigned"])
    func refusesATagThatReadersWouldRefuse(_ fault: String) async throws {
        try await SharedRepository.with { shared in
            try await shared.place("v1.0.0", by: try await shared.clone("ada"))
            let mallory = try await shared.clone("mallory")
            if fault == "unsigned" { try await mallory.git(["config", "--unset", "user.signingkey"]) }
            await #expect {
                try await promote("v1.0.0", to: .staging, mallory, shared)
            } throws: { error in
                guard case LedgerChangeError.signer(let kind, _) = error else { return false }
                return kind == (fault == "unsigned" ? .unsigned : .unknownSigner)
            }
            #expect(try await mallory.tags() == ["golden/v1.0.0-dev"])
        }
    }

    @Test func signsNothingWhereNobodyAsksForIt() async throws {
        try await SharedRepository.with(isSigned: false) { shared in
            let ada = try await shared.clone("ada")
            try await ada.git(["config", "--unset", "user.signingkey"])
            try await shared.place("v1.0.0", by: ada, upTo: .prod)
            #expect(try await !ada.git(["cat-file", "tag", "golden/v1.0.0-prod"]).contains("SIGNATURE"))
        }
    }

    @Test(arguments: ["shallow", "bare", "alone", "other remote"])
    func worksInEveryKindOfRepository(_ kind: String) async throws {
        try await SharedRepository.with { shared in
            let first = try await shared.clone("ada")
            try await shared.place("v1.0.0", by: first)
            try await first.commit(["templates/later.yaml": "image: later\n"])
            try await first.git(["push", "--quiet", "origin", "HEAD:main"])
            let clone: Clone
            switch kind {
            case "shallow": clone = try await shared.clone("bob", options: ["--depth=1"])
            case "bare": clone = try await shared.clone("bob", options: ["--bare"])
            case "other remote": clone = try await shared.clone("bob", options: ["--origin=upstream"])
            default:
                clone = try await shared.clone("bob")
                try await clone.git(["remote", "remove", "origin"])
            }
            let remote = ["alone": nil, "other remote": "upstream"][kind] ?? "origin"
            let promotion = PromoteRelease(
                at: try await clone.desk(remote: remote), series: "golden", version: "v1.0.0", to: .staging,
                searching: try shared.search())
            #expect(try await promotion.run().isNew)
            #expect(try await clone.tags().contains("golden/v1.0.0-staging"))
            let shares = try await Clone(folder: shared.remote).tags().contains("golden/v1.0.0-staging")
            #expect(shares == (kind != "alone"))
        }
    }

    private func promote(
        _ version: String, to channel: Channel, _ clone: Clone, _ shared: SharedRepository
    ) async throws -> (tag: LedgerTag, isNew: Bool) {
        var promotion = PromoteRelease(
            at: try await clone.desk(), series: "golden", version: version, to: channel,
            searching: try shared.search())
        promotion.summarySigner = { shared.releaseKey }
        return try await promotion.run()
    }
}
