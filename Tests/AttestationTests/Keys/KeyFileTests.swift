import Attestation
import Foundation
import HostSystem
import SystemPackage
import Testing

struct KeyFileTests {
    private let passphrase = Secret("geheim")

    @Test(arguments: PrivateKey.Algorithm.allCases, [nil, "geheim"])
    func makesAKeyThatItLoads(algorithm: PrivateKey.Algorithm, passphrase: String?) async throws {
        try await withFolder { folder, file in
            let made = try await file.create(algorithm, passphrase: passphrase.map(Secret.init))
            #expect(folder.folderEntries == ["release.key", "release.pub"])
            #expect(try Self.mode(file.privatePath) == 0o600)
            #expect(try Self.mode(file.publicPath) == 0o644)
            let loaded = try await Self.load(
                file.privatePath, passphrase == nil ? .none : .environment("PW"), ["PW": "geheim"])
            #expect(loaded.publicKey == made && loaded.algorithm == algorithm)
            #expect(try KeyFile.loadPublic(file.publicPath) == made)
        }
    }

    @Test(arguments: ["release.key", "release.pub"])
    func neverReplacesWhatIsThere(name: String) async throws {
        try await withFolder { folder, file in
            for isLink in [false, true] {
                let taken = folder.appending(name)
                try taken.remove()
                if isLink {
                    try FileManager.default.createSymbolicLink(
                        atPath: taken.string, withDestinationPath: "/nowhere")
                } else {
                    try taken.write("mine".utf8)
                }
                #expect(throws: KeyFileError.exists(taken)) { try file.checkIsFree() }
                await #expect(throws: KeyFileError.exists(taken)) {
                    try await file.create(.ed25519, passphrase: nil)
                }
                #expect(folder.folderEntries == [name])
                if !isLink { #expect(try taken.readText() == "mine") }
            }
        }
    }

    @Test func leavesNoHalfOfAKey() async throws {
        try await withFolder { folder, _ in
            let file = KeyFile(named: "none/release", in: folder)
            await #expect(throws: KeyFileError.unwritable(file.privatePath, .noSuchFileOrDirectory)) {
                try await file.create(.ed25519, passphrase: nil)
            }
            #expect(folder.folderEntries == [])
        }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o620, 0o601])
    func refusesAKeyThatOthersCanReadAndSaysWhatMendsIt(mode: Int) async throws {
        try await withFolder { _, file in
            _ = try await file.create(.ed25519, passphrase: nil)
            try Self.change(file.privatePath, mode: mode)
            let error = await #expect(throws: GuardedFileError.self) { try await Self.load(file.privatePath) }
            #expect(error == .openToOthers(file.privatePath, mode: String(mode, radix: 8)))
            #expect(error?.description.contains("'chmod 600 \(file.privatePath)'") == true)
            try await Program.run("chmod", ["600", file.privatePath.string], deadline: .seconds(10))
            _ = try await Self.load(file.privatePath)
        }
    }

    @Test func refusesALinkToAKey() async throws {
        try await withFolder { folder, file in
            _ = try await file.create(.ed25519, passphrase: nil)
            let link = folder.appending("link.key")
            try FileManager.default.createSymbolicLink(
                atPath: link.string, withDestinationPath: file.privatePath.string)
            await #expect(throws: GuardedFileError.link(link)) { try await Self.load(link) }
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func refusesAKeyOfAnotherAccount() async throws {
        try await withFolder { _, file in
            _ = try await file.create(.ed25519, passphrase: nil)
            try await Program.run("chown", ["nobody", file.privatePath.string], deadline: .seconds(10))
            await #expect(throws: GuardedFileError.foreignOwner(file.privatePath)) {
                try await Self.load(file.privatePath)
            }
        }
    }

    @Test func waitsForNoPipeAndReadsNoFolder() async throws {
        try await withFolder { folder, _ in
            let pipe = folder.appending("pipe.key")
            try await Program.run("mkfifo", ["-m", "600", pipe.string], deadline: .seconds(10))
            await #expect(throws: GuardedFileError.notAFile(pipe)) { try await Self.load(pipe) }
            #expect(throws: GuardedFileError.notAFile(pipe)) { try KeyFile.loadPublic(pipe) }
            #expect(throws: GuardedFileError.notAFile(folder)) { try KeyFile.loadPublic(folder) }
            #expect(throws: GuardedFileError.notAFile("/dev/zero")) { try KeyFile.loadPublic("/dev/zero") }
        }
    }

    @Test func readsNoMoreThanAKeyCanBe() async throws {
        try await withFolder { folder, _ in
            let file = folder.appending("long.key")
            try file.write([UInt8](repeating: 0x2D, count: (1 << 16) + 1), mode: .privateFile)
            await #expect(throws: GuardedFileError.tooLarge(file, limit: 1 << 16)) { try await Self.load(file) }
        }
    }

    @Test func saysWhichFileIsMissingOrNoKey() async throws {
        try await withFolder { folder, file in
            await #expect(throws: GuardedFileError.missing(file.privatePath)) { try await Self.load(file.privatePath) }
            let text = folder.appending("text")
            try text.write("hello".utf8, mode: .privateFile)
            await #expect(throws: KeyFileError.key(text, .notPEM)) { try await Self.load(text) }
            #expect(throws: KeyFileError.key(text, .notPEM)) { try KeyFile.loadPublic(text) }
        }
    }

    @Test func asksForNoPassphraseThatIsNotNeeded() async throws {
        try await withFolder { _, file in
            let made = try await file.create(.ed25519, passphrase: nil)
            for source in [PassphraseSource.prompt, .environment("UNSET"), .file("/nowhere")] {
                #expect(try await Self.load(file.privatePath, source).publicKey == made)
            }
        }
    }

    @Test func namesTheKeyThatAPassphraseDoesNotOpen() async throws {
        try await withFolder { _, file in
            _ = try await file.create(.ed25519, passphrase: passphrase)
            await #expect(throws: KeyFileError.key(file.privatePath, .wrongPassphrase)) {
                try await Self.load(file.privatePath, .environment("PW"), ["PW": "falsch"])
            }
            await #expect(throws: KeyFileError.key(file.privatePath, .passphraseNeeded)) {
                try await Self.load(file.privatePath, .none)
            }
        }
    }

    @Test(arguments: ["release", "release-2026.1", "_x", "A"])
    func takesPlainNames(name: String) {
        #expect(KeyFile.isName(name))
    }

    @Test(arguments: [
        "", ".", "..", ".key", "-x", "a/b", "../a", "a b", "a\n", "ä", String(repeating: "a", count: 129),
    ])
    func refusesOtherNames(name: String) {
        #expect(!KeyFile.isName(name))
    }

    private static func load(
        _ path: FilePath, _ source: PassphraseSource = .none, _ environment: [String: String] = [:]
    ) async throws -> PrivateKey {
        try await KeyFile.load(
            path, passphrase: source, environment: environment, terminal: TerminalPrompt(device: "/nowhere"))
    }

    private static func mode(_ path: FilePath) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions] as? Int
    }

    private static func change(_ path: FilePath, mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path.string)
    }

    private func withFolder(_ body: (FilePath, KeyFile) async throws -> Void) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-keys") { folder in
            try await body(folder, KeyFile(named: "release", in: folder))
        }
    }
}
