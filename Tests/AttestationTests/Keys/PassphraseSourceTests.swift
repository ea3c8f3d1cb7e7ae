import Attestation
import HostSystem
import SystemPackage
import Testing

struct PassphraseSourceTests {
    private let noTerminal = TerminalPrompt(device: "/nowhere")

    static let texts: [(String, PassphraseSource?)] = [
        ("prompt", .prompt), ("none", PassphraseSource.none), ("env:PW", .environment("PW")),
        ("file:/etc/pw", .file("/etc/pw")), ("file:a:b", .file("a:b")), ("env:", nil), ("file:", nil), ("env", nil),
        ("", nil), ("hunter2", nil), ("pass:hunter2", nil), ("prompt:", nil), ("none:x", nil), ("Prompt", nil),
    ]

    @Test(arguments: texts.indices)
    func isNamedByAText(index: Int) {
        let (text, source) = Self.texts[index]
        #expect(PassphraseSource(text) == source)
    }

    @Test func comesFromAVariable() async throws {
        let source = PassphraseSource.environment("PW")
        #expect(try await passphrase(source, ["PW": "a b\n"]) == "a b\n")
        await #expect(throws: PassphraseError.noVariable("PW")) { try await passphrase(source) }
        await #expect(throws: PassphraseError.empty("the environment variable PW")) {
            try await passphrase(source, ["PW": ""])
        }
    }

    @Test(arguments: [
        ("geheim", "geheim"), ("geheim\n", "geheim"), ("ge heim \nsecond\n", "ge heim "), ("ü\r\n", "ü\r"),
    ])
    func isTheFirstLineOfAFile(content: String, line: String) async throws {
        try await withFile(content) { path in
            let read = try await passphrase(.file(path))
            #expect(read == line)
        }
    }

    @Test(arguments: ["", "\n", "\nsecond"])
    func isNotEmpty(content: String) async throws {
        try await withFile(content) { path in
            await #expect(throws: PassphraseError.empty(path.string)) { try await passphrase(.file(path)) }
        }
    }

    @Test func isTextOfBoundedLength() async throws {
        for bytes in [[0xFF], [0x61, 0], [UInt8](repeating: 0x61, count: 1025)] {
            try await withFile(bytes) { path in
                await #expect(throws: PassphraseError.unusable(path.string, limit: 1024)) {
                    try await passphrase(.file(path))
                }
            }
        }
    }

    @Test func isInAFileThatIsPrivate() async throws {
        try await withFile("geheim") { path in
            try await Program.run("chmod", ["644", path.string], deadline: .seconds(10))
            let error = await #expect(throws: GuardedFileError.openToOthers(path, mode: "644")) {
                try await passphrase(.file(path))
            }
            #expect(error?.description.contains("geheim") == false)
        }
    }

    @Test func isAskedForAtATerminalAlone() async throws {
        for device in ["/nowhere", "/dev/null"] as [FilePath] {
            await #expect(throws: PassphraseError.noTerminal) {
                try await PassphraseSource.prompt.passphrase(
                    of: "a.key", environment: [:], terminal: TerminalPrompt(device: device))
            }
        }
    }

    @Test func isNothingIfThereIsNone() async throws {
        #expect(try await passphrase(.none) == nil)
    }

    private func passphrase(_ source: PassphraseSource, _ environment: [String: String] = [:]) async throws -> String? {
        let old = try await source.passphrase(of: "a.key", environment: environment, terminal: noTerminal)
        let new = try await source.newPassphrase(of: "a.key", environment: environment, terminal: noTerminal)
        #expect(old?.reveal() == new?.reveal())
        return old?.reveal()
    }

    private func withFile(_ content: String, _ body: (FilePath) async throws -> Void) async throws {
        try await withFile(Array(content.utf8), body)
    }

    private func withFile(_ content: [UInt8], _ body: (FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-passphrase") { folder in
            let path = folder.appending("passphrase")
            try path.write(content, mode: .privateFile)
            try await body(path)
        }
    }
}
