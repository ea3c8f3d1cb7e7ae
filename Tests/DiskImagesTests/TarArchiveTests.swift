import DiskImages
import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

/// Archives of GNU tar itself.
struct TarArchiveTests {
    private static let longName = "./" + String(repeating: "folder/", count: 40) + "file"

    @Test func readsWhatTarWrote() async throws {
        try await withArchive { path, folder in
            let archive = try TarArchive(path, limit: 100)
            #expect(archive.names.sorted() == [Self.longName, "./empty", "./large", "./small"].sorted())
            #expect(try archive.bytes(of: "./small", limit: .mebibytes(1)) == Array("small".utf8))
            #expect(try archive.bytes(of: "./empty", limit: .mebibytes(1)) == [])
            #expect(try archive.bytes(of: Self.longName, limit: .mebibytes(1)) == Array("deep".utf8))
            #expect(try archive.bytes(of: "./link", limit: .mebibytes(1)) == nil)
            #expect(try archive.bytes(of: "./missing", limit: .mebibytes(1)) == nil)
            try archive.copy("./large", to: folder.appending("copy"))
            let (copy, large) = (folder.appending("copy"), folder.pushing("tree/large"))
            #expect(try await Digest.of(file: copy) == Digest.of(file: large))
        }
    }

    @Test func refusesMoreThanItIsToldToRead() async throws {
        try await withArchive { path, _ in
            let error = #expect(throws: ImageError.self) { try TarArchive(path, limit: 3) }
            #expect(error?.kind == .unsupported)
            let archive = try TarArchive(path, limit: 100)
            #expect(throws: ImageError.self) { try archive.bytes(of: "./large", limit: .mebibytes(2)) }
        }
    }

    @Test func neverCrashesOnRandomDamage() async throws {
        try await withArchive { path, folder in
            let whole = try path.readBytes()
            var random = SeededRandom(seed: 4)
            var refused = 0
            for _ in 0..<300 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let header = Int.random(in: 0..<bytes.count / 512, using: &random) * 512
                    bytes[header + Int.random(in: 0..<512, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 4)
                let damaged = folder.appending("damaged.tar")
                try damaged.write(bytes)
                do {
                    let archive = try TarArchive(damaged, limit: 100)
                    for name in archive.names { _ = try archive.bytes(of: name, limit: .mebibytes(1)) }
                } catch is ImageError { refused += 1 }
            }
            #expect(refused > 0)
        }
    }

    /// Lends an archive, and the folder with its tree.
    private func withArchive(_ body: (FilePath, FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "tar") { folder in
            let tree = folder.appending("tree")
            let deep = tree.pushing(FilePath(Self.longName)).lexicallyNormalized()
            try deep.removingLastComponent().createFolder()
            try deep.write("deep".utf8)
            try tree.appending("small").write("small".utf8)
            try tree.appending("empty").write([])
            try tree.appending("large").write((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
            try await Program.run("ln", ["-s", "small", tree.appending("link").string], deadline: .seconds(30))
            let path = folder.appending("a.tar")
            try await Program.run(
                "tar", ["--create", "--format=gnu", "--file=\(path)", "--directory=\(tree)", "."],
                deadline: .seconds(30))
            try await body(path, folder)
        }
    }
}
