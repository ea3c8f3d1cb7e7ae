import Attestation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct PathTextTests {
    private static let composed = Array("/srv/\u{E9}".utf8)
    private static let decomposed = Array("/srv/e\u{301}".utf8)

    @Test(arguments: [
        "", "/", "/etc/fstab", "/etc/odd\tname\nwith 'all' \u{E4}", "/srv/\u{E9}/\u{65E5}\u{672C}/\u{1F600}",
        "/etc/systemd/system/dev-a\\x2db\\x20c.swap", "/srv/a\\b\\", "/srv/\\xe9",
    ])
    func areAsTheyAreWhereverTheyCanBe(path: String) {
        #expect(Array(text(Array(path.utf8)).utf8) == Array(path.utf8))
    }

    @Test func showTheBytesOfNamesThatTextsWouldMixUp() {
        #expect(text(Self.decomposed) == #"/srv/e\xCC\x81"#)
        #expect(text(Array("/\u{E9}/a\\".utf8) + [0xE9]) == "/\u{E9}/" + #"a\x5C\xE9"#)
        #expect(text(Array(#"/srv/\xE9"#.utf8)) == #"/srv/\x5CxE9"#)
        #expect(text(Array(#"/srv/\x5C"#.utf8)) == #"/srv/\x5Cx5C"#)
    }

    @Test func areNeverEqualOfTwoFiles() {
        let names: [[UInt8]] = [
            Self.composed, Self.decomposed, Array("/srv/".utf8) + [0xE9], Array("/srv/".utf8) + [0xE8],
            Array("/srv/".utf8) + [0xC3], Array("/srv/\u{FFFD}".utf8), Array(#"/srv/\xE9"#.utf8),
            Array(#"/srv/\x5CxE9"#.utf8), Array(#"/srv/e\xCC\x81"#.utf8), Array("/srv/e".utf8),
        ]
        #expect(Set(names.map(text)).count == names.count)
    }

    @Test func keepFilesWithNamesThatLookAlikeApartWithTheirDigests() async throws {
        let paths = [Self.composed, Self.decomposed, Array("/srv/".utf8) + [0xE9]]
        var (files, digests): ([UInt8], [UInt8]) = ([], [])
        for (index, path) in paths.enumerated() {
            files += Array(".".utf8) + path + Array("\0f\0644\00\00\01\0fe00\0\(index)\0\01780000000.25\0".utf8)
            digests += Array("\(Digest.of("\(index)").hex)  .".utf8) + path + [0]
        }
        let tree = try await tree(files: files, digests: digests)
        #expect(tree.files.count == paths.count)
        for (index, path) in paths.enumerated() {
            #expect(tree.files[text(path)]?.sha256 == Digest.of("\(index)"))
        }
    }

    private func text(_ path: [UInt8]) -> String { PathText.text(of: path[...]) }

    private func tree(files: [UInt8], digests: [UInt8]) async throws -> FileTree {
        try await withScratchFolder(in: "/tmp", prefix: "collected") { folder in
            let lists: [(String, [UInt8])] = [("files", files), ("digests", digests), ("mounts", [])]
            for (name, bytes) in lists { try folder.appending(name).write(bytes) }
            let archive = folder.appending("a.tar")
            try await Program.run(
                "tar", ["--create", "--file=\(archive)", "--directory=\(folder)", "files", "digests", "mounts"],
                deadline: .seconds(60))
            return try FileTree(reading: try CollectedSystem(archive))
        }
    }
}
