import Foundation
import HostSystem
import InstallMedia
import SystemPackage
import Testing

struct SeedDiskTests {
    @Test func holdsTheAnswersUnderTheInstallersLabel() async throws {
        try await withFolder { folder in
            let path = folder.appending("seed.img")
            try await SeedDisk.make(at: path, answers: try answers())
            let facts = try await run("/usr/sbin/blkid", "-p", "-o", "export", path.string).split(separator: "\n")
            #expect(facts.contains("LABEL=KLDLOADSEED"))
            #expect(facts.contains("TYPE=vfat"))
            let read = try await SeedDisk.read(path)
            #expect(read.rendered() == (try answers().rendered()))
            let names = try await run("mdir", "-b", "-i", path.string, "::")
            #expect(names == "::/answers.env")
            try await run("/usr/sbin/fsck.fat", "-n", path.string)
        }
    }

    @Test func isForItsOwnerAlone() async throws {
        try await withFolder { folder in
            let path = folder.appending("seed.img")
            try path.write([1], mode: .publicFile)
            try await SeedDisk.make(at: path, answers: try answers())
            let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
            #expect((attributes[.posixPermissions] as? NSNumber)?.uint16Value == 0o600)
            #expect(folder.folderEntries == ["seed.img"])
        }
    }

    @Test func hasTheSameBytesForTheSameAnswers() async throws {
        try await withFolder { folder in
            let paths = [folder.appending("a.img"), folder.appending("b.img")]
            try await SeedDisk.make(at: paths[0], answers: try answers())
            try await SeedDisk.make(at: paths[1], answers: try answers())
            let digests = [try await Digest.of(file: paths[0]), try await Digest.of(file: paths[1])]
            #expect(digests[0] == digests[1])
            // No time of the making is in it.
            #expect(try await run("mdir", "-i", paths[0].string, "::").contains(" 2024-01-01 "))
        }
    }

    @Test func leavesNothingWhereItFails() async throws {
        try await withFolder { folder in
            let path = folder.appending("no").appending("seed.img")
            await #expect(throws: Errno.noSuchFileOrDirectory) {
                try await SeedDisk.make(at: path, answers: try answers())
            }
            var huge = AnswersFile()
            try huge.set("A", to: .plain(String(repeating: "x", count: 1 << 20)))
            await #expect(throws: AnswersFileError.tooLarge(limit: .mebibytes(1))) {
                try await SeedDisk.make(at: folder.appending("seed.img"), answers: huge)
            }
            #expect(folder.folderEntries == [])
        }
    }

    @discardableResult
    private func run(_ name: String, _ arguments: String...) async throws -> String {
        try await Program.run(name, arguments, environment: ["TZ": "UTC"], deadline: .seconds(20)).text
    }

    private func answers() throws -> AnswersFile {
        var answers = AnswersFile()
        try answers.set("KLDLOAD_DISTRO", to: .plain("debian"))
        try answers.set("KLDLOAD_PASSWORD", to: .secret(Secret("pass 'word' # 1")))
        return answers
    }
}

/// Lends a folder for a test's files.
func withFolder<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    try await withScratchFolder(in: FilePath(NSTemporaryDirectory()), prefix: "media", body)
}
