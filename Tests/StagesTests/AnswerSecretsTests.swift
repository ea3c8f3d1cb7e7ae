import HostSystem
import SystemPackage
import Testing

@testable import Pipeline
@testable import Stages

struct AnswerSecretsTests {
    private static let password = "KLDLOAD_PASSWORD"
    private let secrets = AnswerSecrets(stateKey: { [1, 2, 3] }, environment: ["PW": "from the environment"])

    @Test func makesTheSameSecretForTheSameInstallation() async throws {
        try await TestProject.with { project in
            let answers = try project.template().answers
            let one = try #require(try secrets.value(of: Self.password, in: answers, keys: keys("one")))
            var later = keys("one")
            later.byStage["provision"] = StageKey(Digest.of("more"))
            let again = try #require(try secrets.value(of: Self.password, in: answers, keys: later))
            #expect(again.reveal() == one.reveal())
            #expect(one.reveal().wholeMatch(of: /if-[0-9a-f]{40}/) != nil)
        }
    }

    @Test func makesAnotherSecretForAnotherInstallationFactoryOrAnswer() async throws {
        try await TestProject.with { project in
            let answers = try project.template(answers: "  KLDLOAD_ROOT_PASSWORD: { secret: generate }").answers
            let other = AnswerSecrets(stateKey: { [1, 2, 4] }, environment: [:])
            let values = [
                try secrets.value(of: Self.password, in: answers, keys: keys("one")),
                try secrets.value(of: Self.password, in: answers, keys: keys("two")),
                try other.value(of: Self.password, in: answers, keys: keys("one")),
                try secrets.value(of: "KLDLOAD_ROOT_PASSWORD", in: answers, keys: keys("one")),
            ].compactMap { $0?.reveal() }
            #expect(Set(values).count == 4)
        }
    }

    @Test func printsNoSecret() async throws {
        try await TestProject.with { project in
            let answers = try project.template().answers
            let secret = try #require(try secrets.value(of: Self.password, in: answers, keys: keys("one")))
            for text in ["\(secret)", String(reflecting: secret), String(describing: [secret])] {
                #expect(!text.contains(secret.reveal()))
            }
        }
    }

    @Test func fetchesASecretFromItsPlace() async throws {
        try await TestProject.with { project in
            try project.write("from a file\n", to: "pw.txt")
            let template = try project.template(
                answers: """
                      KLDLOAD_ROOT_PASSWORD: { secret: env:PW }
                      KLDLOAD_ZFS_PASSPHRASE: { secret: file:pw.txt }
                    """)
            let root = try secrets.value(of: "KLDLOAD_ROOT_PASSWORD", in: template.answers, keys: StageKeys())
            #expect(root?.reveal() == "from the environment")
            let phrase = try secrets.value(of: "KLDLOAD_ZFS_PASSPHRASE", in: template.answers, keys: StageKeys())
            #expect(phrase?.reveal() == "from a file")
            #expect(try secrets.value(of: "KLDLOAD_DISTRO", in: template.answers, keys: StageKeys()) == nil)
            #expect(try secrets.value(of: "KLDLOAD_NONE", in: template.answers, keys: StageKeys()) == nil)
        }
    }

    @Test func standsForASecretWithoutGivingItAway() async throws {
        try await TestProject.with { project in
            let answers = try project.template(answers: "  KLDLOAD_ROOT_PASSWORD: { secret: env:PW }").answers
            #expect(try secrets.fingerprint(of: Self.password, in: answers) == "generate")
            let print = try secrets.fingerprint(of: "KLDLOAD_ROOT_PASSWORD", in: answers)
            #expect(!print.contains("environment"))
            let rotated = AnswerSecrets(stateKey: { [1, 2, 3] }, environment: ["PW": "another"])
            #expect(try rotated.fingerprint(of: "KLDLOAD_ROOT_PASSWORD", in: answers) != print)
        }
    }

    private func keys(_ installation: String) -> StageKeys {
        var keys = StageKeys()
        keys.byStage[InstallSystem.name] = StageKey(Digest.of(installation))
        return keys
    }
}
