import HostSystem
import Promotion
import SystemPackage
import Testing

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

    private func expect(isAbsent: Bool, in folder: FilePath) async throws {
        await #expect {
            try await Repository.containing(folder)
        } throws: {
            ($0 as? RepositoryError)?.isAbsent == isAbsent
        }
    }
}
