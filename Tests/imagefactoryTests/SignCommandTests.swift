import HostSystem
import SystemPackage
import Testing

/// `imagefactory sign` as a user runs it.
struct SignCommandTests {
    @Test func makesASignatureThatOpensslVerifies() async throws {
        try await withRelease { folder in
            let run = try await sign(folder, "--key", "one.key", "--passphrase", "file:pw")
            try #require(run.status == 0, "\(run.talk)")
            #expect(run.output.hasPrefix("release/SHA256SUMS.sig is made by the key "))
            let output = try await Program.run(
                "openssl",
                [
                    "dgst", "-sha256", "-verify", "one.pub", "-signature", "release/SHA256SUMS.sig",
                    "release/SHA256SUMS",
                ], in: folder, deadline: .seconds(60))
            #expect(output.text == "Verified OK")
            let again = try await sign(folder, "--key", "one.key", "--passphrase", "file:pw", "--format", "json")
            #expect(again.status == 0)
            #expect(again.output.contains("\"outcome\" : \"kept\""))
        }
    }

    @Test func replacesAnothersSignatureOnRequestAlone() async throws {
        try await withRelease { folder in
            _ = try await sign(folder, "--key", "one.key", "--passphrase", "file:pw")
            let before = try folder.appending("release/SHA256SUMS.sig").readBytes()
            let refused = try await sign(folder, "--key", "two.key")
            #expect(refused.status == 1)
            #expect(refused.talk.contains("is by another key, or of other checksums; --replace"))
            #expect(try folder.appending("release/SHA256SUMS.sig").readBytes() == before)
            let replaced = try await sign(folder, "--key", "two.key", "--replace")
            #expect(replaced.status == 0)
            #expect(replaced.output.contains("is replaced by that of the key"))
            #expect(try folder.appending("release/SHA256SUMS.sig").readBytes().count == 64)
        }
    }

    static let mistakes: [(arguments: [String], status: Int, text: String)] = [
        (["none", "--key", "two.key"], 69, "none/SHA256SUMS is not there"),
        (["release", "--key", "none.key"], 69, "none.key is not there"),
        (["release", "--key", "two.pub"], 1, "'chmod 600 two.pub' ends that"),
        (["release", "--key", "one.key"], 69, "there is no terminal to ask for a passphrase on"),
        (
            ["release", "--key", "one.key", "--passphrase", "none"], 1,
            "the key is encrypted, and no passphrase was given"
        ),
        (["release", "--key", "one.key", "--passphrase", "file:wrong"], 1, "the passphrase is wrong"),
        (["release"], 64, "--key"),
    ]

    @Test(arguments: mistakes.indices)
    func refusesAMistakeInPlainWords(index: Int) async throws {
        let mistake = Self.mistakes[index]
        try await withRelease { folder in
            let run = try await FactoryRun(["sign"] + mistake.arguments, in: folder, state: folder)
            #expect(run.status == mistake.status)
            #expect(run.talk.contains(mistake.text), "\(run.talk)")
            #expect(folder.appending("release").folderEntries == ["SHA256SUMS"])
        }
    }

    private func sign(_ folder: FilePath, _ arguments: String...) async throws -> FactoryRun {
        try await FactoryRun(["sign", "release"] + arguments, in: folder, state: folder)
    }

    /// A release; `one.key` is of P-256 and encrypted, `two.key` of Ed25519 and plain.
    private func withRelease(_ body: (FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-sign") { folder in
            try folder.appending("release").createFolder()
            try folder.appending("release/SHA256SUMS").write("\(Digest.of("x").hex)  x\n".utf8)
            for (name, text) in [("pw", "geheim\n"), ("wrong", "falsch\n")] {
                try folder.appending(name).write(text.utf8, mode: .privateFile)
            }
            for arguments in [
                ["one", "--passphrase", "file:pw"], ["two", "--algorithm", "ed25519", "--passphrase", "none"],
            ] {
                let run = try await FactoryRun(["key", "create"] + arguments, in: folder, state: folder)
                try #require(run.status == 0, "\(run.talk)")
            }
            try await body(folder)
        }
    }
}
