import Foundation
import HostSystem
import SystemPackage
import Testing

/// `imagefactory key` as a user runs it.
struct KeyCommandTests {
    private static let passphrase = "hunter2 & söns"

    @Test(arguments: ["p256", "ed25519"])
    func makesAKeyThatOpensslReads(algorithm: String) async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(
                ["key", "create", "release", "--algorithm", algorithm, "--passphrase", "file:pw", "--output", "keys"],
                in: folder, state: folder)
            try #require(run.status == 0, "\(run.talk)")
            #expect(run.talk == "")
            #expect(folder.appending("keys").folderEntries == ["release.key", "release.pub"])
            let output = try await Program.run(
                "openssl", ["pkey", "-in", "keys/release.key", "-passin", "file:pw", "-pubout"], in: folder,
                deadline: .seconds(60))
            #expect(try output.standardOutput == folder.appending("keys/release.pub").readBytes())
            let fingerprint = try await Self.fingerprint(of: "keys/release.pub", in: folder)
            #expect(run.output.contains("sha256:\(fingerprint)"))
            #expect(run.output.contains(algorithm))
        }
    }

    @Test(arguments: ["keys/release.pub", "keys/release.key"])
    func showsEitherHalfInTextAndJSON(file: String) async throws {
        try await withFolder { folder in
            _ = try await FactoryRun(
                ["key", "create", "release", "--passphrase", "file:pw", "--output", "keys"], in: folder, state: folder)
            let arguments = ["key", "show", file, "--passphrase", "file:pw"]
            let text = try await FactoryRun(arguments, in: folder, state: folder)
            let json = try await FactoryRun(arguments + ["--format", "json"], in: folder, state: folder)
            try #require(text.status == 0 && json.status == 0, "\(text.talk)\(json.talk)")
            let pem = try folder.appending("keys/release.pub").readText()
            #expect(text.output.hasSuffix("\n\n" + pem))
            #expect(!text.output.contains("PRIVATE"))
            let report = try JSONDecoder().decode([String: String].self, from: Data(json.output.utf8))
            let fingerprint = try await Self.fingerprint(of: "keys/release.pub", in: folder)
            #expect(report == ["algorithm": "p256", "fingerprint": fingerprint, "pem": pem])
        }
    }

    static let mistakes: [(arguments: [String], status: Int, text: String)] = [
        (["create", "release", "--passphrase", "none"], 1, "release.pub is there already; keys are never replaced"),
        (["create", "new", "--passphrase", "env:UNSET_PW"], 69, "the environment variable UNSET_PW is not set"),
        (["create", "new", "--passphrase", "file:none"], 69, "none is not there"),
        (["create", "new", "--passphrase", "file:open"], 1, "'chmod 600 open' ends that"),
        (["create", "new"], 69, "there is no terminal to ask for a passphrase on"),
        (["create", "new", "--passphrase", "hunter2"], 64, "--passphrase"),
        (["create", "new", "--algorithm", "rsa"], 64, "--algorithm"),
        (["create", "a/b", "--passphrase", "none"], 64, "'a/b' is no plain name of a file"),
        (["show", "none.pub"], 69, "none.pub is not there"),
        (["show", "open"], 1, "the key open cannot be used: it is no key in PEM"),
    ]

    @Test(arguments: mistakes.indices)
    func refusesAMistakeInPlainWords(index: Int) async throws {
        let mistake = Self.mistakes[index]
        try await withFolder { folder in
            try folder.appending("open").write("geheim\n".utf8)
            try folder.appending("release.pub").write("mine".utf8)
            let run = try await FactoryRun(["key"] + mistake.arguments, in: folder, state: folder)
            #expect(run.status == mistake.status)
            #expect(run.talk.contains(mistake.text), "\(run.talk)")
            #expect(run.output == "")
            #expect(folder.folderEntries == ["open", "pw", "release.pub"])
        }
    }

    @Test func warnsOfAKeyWithoutAPassphrase() async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(
                ["key", "create", "release", "--passphrase", "none"], in: folder, state: folder)
            #expect(run.status == 0)
            #expect(run.talk.contains("warning: without a passphrase, whoever can read release.key can sign"))
        }
    }

    @Test func asksAtTheTerminalTwiceAndShowsNothing() async throws {
        try await withFolder { folder in
            let run = try await PseudoTerminal.run(
                ["key", "create", "release"], in: folder,
                [
                    .init(awaits: "New passphrase of release.key: ", types: Self.passphrase + "\n"),
                    .init(awaits: "The same again: ", types: Self.passphrase + "\n"),
                ])
            #expect(run.status == 0, "\(run.shown)")
            #expect(run.echoed == [false, false])
            #expect(run.isRestored)
            #expect(!run.shown.contains("hunter2"))
            #expect(run.commandLines.allSatisfy { $0.contains("key create release") && !$0.contains("hunter2") })
            try await Program.run(
                "openssl", ["pkey", "-in", "release.key", "-passin", "file:pw", "-noout"], in: folder,
                deadline: .seconds(60))
            let again = try await PseudoTerminal.run(
                ["key", "show", "release.key"], in: folder,
                [.init(awaits: "Passphrase of release.key: ", types: Self.passphrase + "\n")])
            #expect(again.status == 0, "\(again.shown)")
            #expect(again.isRestored && !again.shown.contains("hunter2"))
        }
    }

    @Test func makesNothingOfTwoDifferentPassphrases() async throws {
        try await withFolder { folder in
            let run = try await PseudoTerminal.run(
                ["key", "create", "release"], in: folder,
                [.init(awaits: "of release.key: ", types: "one\n"), .init(awaits: "again: ", types: "two\n")])
            #expect(run.status == 1)
            #expect(run.shown.contains("the two passphrases differ"))
            #expect(run.isRestored)
            #expect(folder.folderEntries == ["pw"])
        }
    }

    /// Ctrl-C, and the key that would end the process without its clean-up.
    @Test(arguments: ["\u{3}", "half\u{3}", "\u{1C}\u{1A}\u{3}"])
    func givesTheTerminalBackWhenItIsInterrupted(typed: String) async throws {
        try await withFolder { folder in
            let run = try await PseudoTerminal.run(
                ["key", "create", "release"], in: folder, [.init(awaits: "of release.key: ", types: typed)])
            #expect(run.status == 130, "\(run.shown)")
            #expect(run.echoed == [false])
            #expect(run.isRestored)
            #expect(folder.folderEntries == ["pw"])
        }
    }

    /// The passphrase is in the one file that it came from, and in nothing that is printed or written.
    @Test func neverGivesThePassphraseAway() async throws {
        try await withFolder { folder in
            var said = ""
            for arguments in [
                ["create", "release", "--passphrase", "file:pw"], ["create", "release", "--passphrase", "file:pw"],
                ["show", "release.key", "--passphrase", "file:pw"], ["show", "release.key", "--passphrase", "none"],
                ["show", "pw", "--passphrase", "file:pw"],
            ] {
                let run = try await FactoryRun(["key"] + arguments, in: folder, state: folder)
                said += run.output + run.talk
            }
            #expect(said.contains("cannot be used"))
            #expect(!said.contains("hunter2"))
            for name in folder.folderEntries where name != "pw" {
                #expect(try !folder.appending(name).readText().contains("hunter2"))
            }
        }
    }

    private static func fingerprint(of file: String, in folder: FilePath) async throws -> String {
        let script = #"openssl pkey -pubin -in "$1" -outform DER | sha256sum | head -c 64"#
        return try await Program.run("/bin/sh", ["-c", script, "sh", file], in: folder, deadline: .seconds(60)).text
    }

    private func withFolder(_ body: (FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-key-command") { folder in
            try folder.appending("pw").write((Self.passphrase + "\n").utf8, mode: .privateFile)
            try await body(folder)
        }
    }
}
