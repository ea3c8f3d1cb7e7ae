import HostSystem
import Pipeline
import SystemPackage
import Testing

struct SecretSourceTests {
    private let key = [UInt8](repeating: 7, count: 32)

    @Test func makesUpAnotherSecretEachTime() throws {
        let secrets = try (0..<20).map { _ in
            try Template.SecretSource.generate.resolve(environment: [:]).reveal()
        }
        #expect(Set(secrets).count == 20)
        #expect(secrets.allSatisfy { $0.count == 24 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } })
    }

    @Test func readsTheEnvironmentAndFiles() throws {
        let folder = try TestFolder()
        let file = try folder.write("from file \n", to: "pw")
        #expect(try Template.SecretSource.environment("PW").resolve(environment: ["PW": "a b c"]).reveal() == "a b c")
        #expect(try Template.SecretSource.file(file).resolve(environment: [:]).reveal() == "from file ")
    }

    @Test(arguments: [
        "", "pass\nword", "it's \"x\"", "pass\0word", "a tab\there", "esc\u{1B}[2J", "zero\u{200B}width",
        "right\u{202E}left",
        "abc", "\u{E4}b",
    ])
    func refusesWhatCannotBeAnAnswer(text: String) throws {
        let folder = try TestFolder()
        let file = try folder.write(text, to: "pw")
        for source in [Template.SecretSource.file(file), .environment("PW")] {
            let error = #expect(throws: SecretError.self) { try source.resolve(environment: ["PW": text]) }
            #expect(text.isEmpty || error?.description.contains(text) == false)
        }
    }

    @Test func refusesAFileThatIsNoText() throws {
        let folder = try TestFolder()
        let file = try folder.write("", to: "pw")
        try file.write([0x70, 0x61, 0x73, 0x73, 0xFF])
        let error = #expect(throws: SecretError.self) { try Template.SecretSource.file(file).resolve(environment: [:]) }
        #expect(error?.description.hasSuffix("is no UTF-8") == true)
    }

    @Test func namesWhatIsMissing() {
        #expect(throws: SecretError.self) { try Template.SecretSource.file("/nowhere/pw").resolve(environment: [:]) }
        let error = #expect(throws: SecretError.self) {
            try Template.SecretSource.environment("PW").resolve(environment: [:])
        }
        #expect(error?.description.contains("the environment variable PW is not set") == true)
    }

    @Test func leavesAFingerprintThatRevealsNothing() throws {
        let source = Template.SecretSource.environment("PW")
        let print = try source.fingerprint(environment: ["PW": "hunter2"], key: key)
        #expect(print == (try source.fingerprint(environment: ["PW": "hunter2"], key: key)))
        #expect(print != (try source.fingerprint(environment: ["PW": "hunter3"], key: key)))
        #expect(print != (try source.fingerprint(environment: ["PW": "hunter2"], key: key.map { $0 + 1 })))
        #expect(!print.contains("hunter2") && !print.contains(Digest.of("hunter2").hex))
        #expect(try Template.SecretSource.generate.fingerprint(environment: [:], key: key) == "generate")
    }
}
