import Attestation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

/// What the script says is not trusted: it may have run in a guest.
struct CollectedSystemTests {
    private static let digest = Digest.of("x").hex
    private static let entry = "./x\0f\0644\00\00\01\0fe00\012\0\01780000000.25\0"

    @Test func readsALeastSystem() async throws {
        let tree = try await tree(files: Self.entry, digests: "\(Self.digest)  ./x\0")
        #expect(tree.files["/x"]?.sha256 == Digest.of("x"))
        #expect(tree.files["/x"]?.size == 1)
        #expect(tree.modified == 1_780_000_000)
        #expect(tree.files.count == 1)
    }

    @Test func refusesAFileThatCouldNotBeRead() async throws {
        await #expect(throws: InventoryError.unreadable(path: "/x", count: 1)) {
            _ = try await tree(files: Self.entry, digests: "")
        }
    }

    static let oddities: [(String, String)] = [
        (String(entry.dropLast()), ""), ("./x\0f\0", ""), ("./x\0q\0644\00\00\01\0fe00\012\0\01\0", ""),
        ("./x\0f\0888\00\00\01\0fe00\012\0\01\0", ""), ("./x\0f\0644\0-\00\01\0fe00\012\0\01\0", ""),
        ("./x\0f\017777\00\00\01\0fe00\012\0\01\0", ""), (entry, "abc\0"), (entry, "\(digest)  ./x"),
    ]

    @Test(arguments: oddities)
    func refusesAListThatMakesNoSense(files: String, digests: String) async throws {
        let error = await #expect(throws: InventoryError.self) { _ = try await tree(files: files, digests: digests) }
        #expect(error?.causeName == "inventory-malformed")
    }

    @Test func readsAccountsAndGroupsAndPassesOverWhatIsNone() {
        let accounts = AccountLines.accounts([
            "a:set:1:2::/a:/bin/sh", "b:$6$hash:1:2::/b:/bin/sh", "", "c:set", ":set:1:1:::",
        ])
        #expect(accounts.map(\.name) == ["a"])
        let groups = AccountLines.groups(["a::1:x,y,", "b::one:", "c"])
        #expect(groups.map(\.name) == ["a"] && groups.first?.members == ["x", "y"])
    }

    @Test func readsWhatTheScriptsPrint() throws {
        let words = try SystemWords(
            parsing:
                "volume\t/dev/sda2\text4\nmounted\t/\t/dev/sda2\text4\nleft\t/data\tit is elsewhere\ntook\tfiles\t250\nend\n"
        )
        #expect(words.hasSystem)
        #expect(
            words.remarks == [
                "/data is not looked at: it is elsewhere", "listing what is on the disk took: files 2.5s",
            ])
        #expect(words.unseen == ["/data (it is elsewhere)"])
        let none = try SystemWords(parsing: "volume\t/dev/sda1\tvfat\nnone\n")
        #expect(!none.hasSystem && none.volumes == ["/dev/sda1 (vfat)"])
        for text in ["", "volume\t/dev/sda1\tvfat\n", "nonsense\nend\n", "took\tx\t-1\nend\n", "took\tx\tlong\nend\n"] {
            #expect(throws: OfflineLookError.self) { try SystemWords(parsing: text) }
        }
    }

    @Test func tellsAnAuditWhichPartsOfTheDiskAndTheSystemAreNotSeen() throws {
        let words = OfflineMachine.Words(
            disk: try DiskReport(parsing: "table\tgpt\nvolume\tpartition 2\t1048576\tcrypto_LUKS\t\nend\n"),
            system: try SystemWords(parsing: "left\t/data\tit is elsewhere\nend\n"))
        #expect(words.unseen == ["partition 2 (crypto_LUKS)", "/data (it is elsewhere)"])
    }

    private func tree(files: String, digests: String) async throws -> FileTree {
        try await withScratchFolder(in: "/tmp", prefix: "collected") { folder in
            for (name, text) in [("files", files), ("digests", digests), ("mounts", "")] {
                try folder.appending(name).write(text.utf8)
            }
            let archive = folder.appending("a.tar")
            try await Program.run(
                "tar", ["--create", "--file=\(archive)", "--directory=\(folder)", "files", "digests", "mounts"],
                deadline: .seconds(60))
            return try FileTree(reading: try CollectedSystem(archive))
        }
    }
}
