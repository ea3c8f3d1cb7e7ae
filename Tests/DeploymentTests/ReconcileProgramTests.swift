import Attestation
import Glibc
import HostSystem
import PromotionTestSupport
import Synchronization
import SystemPackage
import Testing
import VirtualMachineTestSupport

/// `reconcile` as its users run it, with the versions of its files moved by promotions.
@Suite(.timeLimit(.minutes(10)))
struct ReconcileProgramTests {
    /// A fleet of nothing, so that any host will do.
    private static let text = """
        fleet: web
        template: web
        version: v1.0.0   # by promotion
        follow: prod
        versions: 1.x
        host: test:///default
        count: 0

        """

    /// Lends a repository with two releases in prod of the range and one beyond it, and a bare one with the fleet's file.
    private func with(
        _ body: (_ shared: SharedRepository, _ fleets: FilePath, FactoryProcess) async throws -> Void
    ) async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            for version in ["v1.0.0", "v1.1.0", "v2.0.0"] { try await shared.place(version, by: ada, upTo: .prod) }
            try await ada.commit(["trust/policy.yaml": "require: [provenance]\n"])
            let work = PromotionTestSupport.Clone(folder: shared.root.appending("fleets"))
            try work.folder.createFolder()
            try await work.git(["init", "--quiet", "--initial-branch=main"])
            try await work.become("ada", keys: shared.root)
            try await work.commit(["fleets/web.yaml": Self.text])
            let bare = shared.root.appending("fleets.git")
            try await work.git(["clone", "--quiet", "--bare", ".", bare.string])
            let process = FactoryProcess(
                arguments: ["reconcile", "file://\(bare)", "--write-pins", "--format", "json"],
                environment: ["IMAGEFACTORY_STATE": shared.root.appending("state").string], folder: ada.folder)
            try await body(shared, bare, process)
        }
    }

    private func text(in repository: FilePath) async throws -> String {
        try await Program.run(
            "git", ["-C", repository.string, "show", "main:fleets/web.yaml"], deadline: .seconds(20)
        ).text
    }

    @Test func movesAVersionAsItsChannelDoes() async throws {
        try await with { _, fleets, reconcile in
            var preview = reconcile
            preview.arguments.append("--dry-run")
            let seen = try await preview.run()
            #expect(seen.status == 0 && seen.talk.contains("would move web: v1.0.0 to v1.1.0"), "\(seen.output)")
            #expect(try await text(in: fleets) + "\n" == Self.text)

            let moved = try await reconcile.run()
            #expect(
                moved.status == 0 && moved.talk.contains("web: v1.0.0 to v1.1.0, which prod holds"), "\(moved.talk)")
            let wanted = Self.text.replacing("version: v1.0.0", with: "version: v1.1.0")
            #expect(try await text(in: fleets) + "\n" == wanted)
            let again = try await reconcile.run()
            #expect(again.status == 0 && !again.talk.contains("v1.1.0"), "\(again.talk)")
        }
    }

    @Test func servesMetricsUntilItIsToEnd() async throws {
        try await with { _, _, reconcile in
            var reconcile = reconcile
            reconcile.arguments += ["--interval", "1s", "--listen", "127.0.0.1:0"]
            let (addresses, announce) = AsyncStream.makeStream(of: (String, Int32).self)
            async let ending = reconcile.run(deadline: .seconds(120)) { line, process in
                guard let address = line.split(separator: " ").last, line.contains("serving http://") else { return }
                announce.yield((String(address), process))
            }
            let (address, process) = try #require(
                try await withDeadline(.seconds(60), for: "an address") { await addresses.first { _ in true } })
            let lines = try await poll(every: .milliseconds(200), deadline: .seconds(60), for: "two passes") {
                let page = try await Program.run("curl", ["--fail", "--silent", address], deadline: .seconds(20)).text
                let lines = page.split(separator: "\n").map(String.init)
                let passes = lines.first { $0.hasPrefix("imagefactory_reconcile_passes_total{outcome=\"good\"}") }
                return (passes?.split(separator: " ").last.flatMap { Double($0) } ?? 0) >= 2 ? lines : nil
            }
            #expect(lines.contains { $0.hasPrefix("imagefactory_fleet_machines_wanted{") && $0.hasSuffix(" 0") })
            #expect(lines.contains { $0.hasPrefix("imagefactory_fleet_info{") && $0.contains("version=\"v1.1.0\"") })
            kill(process, SIGTERM)
            #expect(try await ending.status == 130)
        }
    }
}
