import Foundation
import HostSystem
import PromotionTestSupport
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension VirtualMachineTests {
    /// A real image on its way from a pushed tag to `prod` and back, with nothing but git between the people.
    struct PushedTagTests {
        private static let pipeline = """
            summary: what a channel asks for, without a proof of the seal
            stages: [check-host, fetch-iso, install-system, provision, seal, reclaim-space, take-inventory,
              convert-image, verify-images, attest, publish-release]

            """
        private static let policy = """
            staging:
              evidence: [provenance, sbom, verify-report]
              gates: [{ name: trial, run: test -e ../trial-passes }]
            prod:
              evidence: [provenance, sbom, verify-report]
              approvals: 1
              approvers: [ada@example.org, bob@example.org]

            """

        @Test func carriesARealImageFromAPushedTagToProdAndBack() async throws {
            let lab = try #require(Lab.current)
            // A name of its own, since the runs of all tests lie in one state folder.
            let template = try lab.shippedTemplate("lab-debian13")
                .replacing("pipeline: golden", with: "pipeline: pushed")
                .replacing("image: lab-debian13", with: "image: pushed")
            let root = lab.folder.appending("pushed-\(String.randomHex(digits: 6))")
            try root.createFolder()
            let server = try await HookServer(
                in: root, of: try lab.project(["pushed": template]), pipeline: Self.pipeline, policy: Self.policy)
            let (ada, bob) = (try await server.clone("ada"), try await server.clone("bob"))
            let first = try await lab.turn { try await build("v1.0.0", or: "v1.0.1", on: server, for: ada) }
            let second = try await lab.turn { try await build("v1.1.0", or: "v1.1.1", on: server, for: ada) }
            try await promote([first, second], on: server, ada, bob)
            try await refuse(first, to: try await server.clone("mallory"), on: server)
            try await undo(second, on: server, ada, bob)
            try await expectLedger(first, second, on: server)
        }

        /// Has a version built, and looks at what the hook left.
        ///
        /// - Parameter other: What is asked for after a panic of the guest's kernel, as QEMU's emulation of several
        ///   processors brings one now and then: each version is asked for once.
        /// - Returns: The version that was built.
        private func build(
            _ version: String, or other: String, on server: HookServer, for clone: Clone
        ) async throws -> String {
            var version = version
            var log = try await server.build(version, askedIn: clone)
            if log.contains("[kernel-panic]") {
                version = other
                log = try await server.build(version, askedIn: clone)
            }
            try #require(log.contains("imagefactory: ended with 0\n"), "\(log)")
            #expect(log.contains("pushed/\(version) asks for a build of pushed \(version)\n"))
            let release = server.releases.appending(version)
            #expect(log.contains("\nconvert-image:") && log.contains("\(release)\n"), "\(log)")
            try await Program.run(
                "qemu-img", ["check", release.appending("pushed-\(version).qcow2").string], deadline: .seconds(60))
            try await Program.run(
                "sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], in: release, deadline: .seconds(60))
            let folder = server.repository.appending("imagefactory")
            #expect(folder.appending("logs").folderEntries.contains { $0.hasSuffix(".junit.xml") })
            _ = try await poll(every: .milliseconds(100), deadline: .seconds(60), for: "the checkout to go") {
                folder.folderEntries.contains { $0.hasPrefix("work.") } ? nil : true
            }
            return version
        }

        /// All go to prod, each past a gate that fails at first.
        private func promote(
            _ versions: [String], on server: HookServer, _ ada: Clone, _ bob: Clone
        ) async throws {
            let trial = server.root.appending("trial-passes")
            func expect(_ status: Int, _ words: String..., in clone: Clone) async throws {
                try await server.expect(status, words, in: clone)
            }
            for version in versions {
                try await expect(1, "promote", "pushed", version, "--to", "staging", in: ada)
                try trial.write([])
                try await expect(0, "promote", "pushed", version, "--to", "staging", in: ada)
                try trial.remove()
                try await expect(1, "promote", "pushed", version, "--to", "prod", in: ada)
                try await expect(0, "approve", "pushed", version, "--for", "prod", in: bob)
                try await expect(0, "promote", "pushed", version, "--to", "prod", in: ada)
            }
        }

        private func undo(_ version: String, on server: HookServer, _ ada: Clone, _ bob: Clone) async throws {
            try await server.expect(
                0, ["rollback", "pushed", "--channel", "prod", "--reason", "it was slow"], in: ada)
            try await server.expect(0, ["revoke", "pushed", version, "--reason", "a hole"], in: bob)
            try await server.expect(0, ["channels", "verify"], in: bob)
        }

        private func refuse(_ version: String, to mallory: Clone, on server: HookServer) async throws {
            let tries = [
                ["release", "pushed", "v9.0.0"], ["promote", "pushed", version, "--to", "staging"],
                ["approve", "pushed", version, "--for", "prod"],
                ["rollback", "pushed", "--channel", "prod", "--reason", "mine"],
                ["revoke", "pushed", version, "--reason", "mine"],
            ]
            for words in tries { try await server.expect(65, words, in: mallory) }
            // Past the program too: the server's own hook refuses what mallory signs.
            try await mallory.git(["tag", "--sign", "--message", "Mine", "pushed/v9.0.0"])
            await #expect(throws: ProgramError.self) {
                try await mallory.git(["push", "--quiet", "origin", "refs/tags/pushed/v9.0.0"])
            }
        }

        /// What git alone tells: every tag is signed, and the lock of each channel is its newest tag.
        private func expectLedger(_ first: String, _ second: String, on server: HookServer) async throws {
            let auditor = try await server.clone("ci")
            let tags = try await auditor.tags()
            for tag in tags { try await auditor.git(["tag", "--verify", tag]) }
            let expected = [first, second].flatMap { version in
                ["", "-dev", "-staging", "-prod", "-prod-approved.1"].map { "pushed/\(version)\($0)" }
            }
            let undoing = ["pushed/\(first)-prod.2", "pushed/\(second)-revoked"]
            #expect(Set(expected + undoing).isSubset(of: tags), "\(tags)")
            let bare = Clone(folder: server.repository)
            #expect(
                try await bare.git(["rev-parse", "refs/imagefactory/pushed/prod"])
                    == bare.git(["rev-parse", "pushed/\(first)-prod.2"]))
        }
    }
}
