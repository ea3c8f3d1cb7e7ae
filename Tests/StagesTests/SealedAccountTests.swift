import HostSystem
import Pipeline
import Testing

@testable import Stages

struct SealedAccountTests {
    @Test func declaresNothingByDefault() async throws {
        try await TestProject.with { project in
            let account = SealedAccount(answers: try project.template().answers)
            #expect(account.name == "admin")
            #expect(!account.hasKey)
            #expect(!account.rootHasKey)
            #expect(!account.rootHasPassword)
        }
    }

    @Test(arguments: [
        ("KLDLOAD_SSH_PUBKEY: ssh-ed25519 AAAA", "ACCOUNT_HAS_KEY"),
        ("KLDLOAD_ADMIN_SSH_KEYS: ssh-ed25519 AAAA", "ACCOUNT_HAS_KEY"),
        ("KLDLOAD_ADMIN_SSH_PUBKEY: ssh-ed25519 AAAA", "ROOT_HAS_KEY"),
        ("KLDLOAD_ROOT_PASSWORD: { secret: generate }", "ROOT_HAS_PASSWORD"),
    ])
    func knowsWhatTheAnswersDeclare(answer: String, variable: String) async throws {
        try await TestProject.with { project in
            let account = SealedAccount(answers: try project.template(answers: "  \(answer)").answers)
            for name in ["ACCOUNT_HAS_KEY", "ROOT_HAS_KEY", "ROOT_HAS_PASSWORD"] {
                #expect(account.variables.contains("\(name)=\(name == variable ? 1 : 0)\n"), "\(name)")
            }
        }
    }

    @Test(arguments: ["deploy", "O'Neill", "'; touch /tmp/if-pwned; '", "$(id)", "a b", "\\"])
    func shellReadsTheNameAsItIs(name: String) async throws {
        try await TestProject.with { project in
            var answers = try project.template(answers: "  KLDLOAD_USERNAME: deploy").answers
            let index = try #require(answers.entries.firstIndex { $0.key == "KLDLOAD_USERNAME" })
            answers.entries[index].value = .text(name)
            let script = SealedAccount(answers: answers).variables + "printf '%s.' \"$ACCOUNT\""
            let output = try await Program.run("/bin/sh", input: Array(script.utf8), deadline: .seconds(120))
            #expect(String(decoding: output.standardOutput, as: UTF8.self) == "\(name).")
        }
    }
}
