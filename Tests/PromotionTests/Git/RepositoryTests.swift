import HostSystem
import SystemPackage
import Testing

@testable import Promotion

@Suite(.timeLimit(.minutes(1)))
struct RepositoryTests {
    @Test func knowsNoRepositoryFromADamagedOne() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-repository") { root in
            try await expect(isAbsent: true, in: root)
            try await Program.run("git", ["init", "--quiet", root.string], deadline: .seconds(60))
            let inner = root.appending("inner")
            try inner.createFolder()
            #expect(try await Repository.containing(inner).folder.lastComponent == root.lastComponent)
            try root.pushing(".git/HEAD").write("damaged\n".utf8)
            try await expect(isAbsent: false, in: inner)
        }
    }

    @Test func isTheSameOneWithTheTokenOfEachJob() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-repository") { root in
            let repository = Repository(folder: root)
            try await repository.git(["init", "--quiet"])
            func identity(at address: String) async throws -> String {
                try await repository.git(["config", "remote.origin.url", address])
                return try await repository.identity()
            }
            let one = try await identity(at: "https://ci-token:1a2b@example.org/fleet/images.git")
            #expect(try await identity(at: "https://ci-token:3c4d@example.org/fleet/images.git") == one)
            #expect(try await identity(at: "https://example.org/fleet/images.git") == one)
            #expect(try await identity(at: "https://example.org/fleet/others.git") != one)
            #expect(!one.contains("1a2b"))
        }
    }

    private func expect(isAbsent: Bool, in folder: FilePath) async throws {
        await #expect {
            try await Repository.containing(folder)
        } throws: {
            ($0 as? RepositoryError)?.isAbsent == isAbsent
        }
    }
}
