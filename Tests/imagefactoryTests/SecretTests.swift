import Foundation
import HostSystem
import PipelineTestSupport
import SystemPackage
import Testing

/// Secrets in a template's answers, in the environment, in files and in what scripts print stand in nothing that a build
/// says, writes or is called with.
@Suite(.timeLimit(.minutes(5)))
struct SecretTests {
    @Test func stayOutOfEverythingThatABuildLeaves() async throws {
        for _ in 0..<2 {
            let seed = UInt64.random(in: 0 ... .max)
            print("secrets of the seed \(seed)")
            try await withProject(PlantedSecrets(seed: seed)) { secrets, folder, run in
                let text = try await run(["build", "web"])
                #expect(text.status == 0, "\(text.talk)")
                let json = try await run(["build", "web", "--no-cache", "--format", "json"])
                #expect(json.status == 0, "\(json.talk)")
                let broken = try await run(["build", "broken"])
                #expect(broken.status == 1)
                #expect(broken.talk.contains("<redacted>") && broken.talk.contains("3 findings"), "\(broken.talk)")
                let seen = try folder.appending("seen").readText()
                #expect(secrets.found(in: [seen]).count > 5, "they were there to be told")

                var told = [text, json, broken]
                for question in [
                    ["run", "list"], ["run", "list", "--format", "json"], ["run", "show"], ["run", "logs"],
                    ["run", "show", "--format", "json"], ["plan", "web"], ["plan", "broken", "--format", "json"],
                    ["template", "check"], ["run", "logs", "--format", "json"],
                ] { told.append(try await run(question)) }
                #expect(secrets.found(in: told.flatMap { [$0.output, $0.talk] }) == [])
                #expect(try await secrets.files(under: folder.appending("state")) == [])
                #expect(try await secrets.files(under: folder.appending("arguments")) == [])
                let arguments = try folder.pushing("arguments/all").readText()
                #expect(arguments.contains("build\nbroken\n"), "the script saw the factory's own arguments")
            }
        }
    }

    /// Mistakes in a template are told without the secret that somebody has written there.
    @Test func stayOutOfWhatIsSaidOfAMistake() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("secrets of the seed \(seed)")
        let secrets = PlantedSecrets(seed: seed)
        try await withScratchFolder(in: "/var/tmp", prefix: "if-secrets") { folder in
            for word in secrets.words {
                let quoted = String(decoding: try JSONEncoder().encode(word), as: UTF8.self).replacing("\\/", with: "/")
                for answer in [quoted, "{ secret: \(quoted) }"] {
                    try write("KLDLOAD_PASSWORD: \(answer)", script: "true", to: "web", in: folder)
                    let check = try await FactoryRun(
                        ["template", "check"], in: folder, state: folder.appending("state"))
                    #expect(check.status == 64)
                    #expect(secrets.found(in: [check.output, check.talk]) == [], "\(word)")
                }
            }
        }
    }

    /// Lends a project whose scripts print all that they can get hold of, and what runs the factory in it.
    private func withProject(
        _ secrets: PlantedSecrets,
        _ body: (PlantedSecrets, FilePath, ([String]) async throws -> FactoryRun) async throws -> Void
    ) async throws {
        let keys = [
            "KLDLOAD_PASSWORD", "KLDLOAD_ROOT_PASSWORD", "KLDLOAD_ZFS_PASSPHRASE", "KLDLOAD_WIFI_PSK",
            "KLDLOAD_MOK_PASSWORD", "KLDLOAD_RHEL_USERNAME", "KLDLOAD_RHEL_PASSWORD", "KLDLOAD_RHEL_KEY",
            "KLDLOAD_EXPORT_SCP_PASS", "KLDLOAD_EXPORT_SCP_KEY", "MY_TOKEN", "YOUR_TOKEN", "THEIR_TOKEN",
        ]
        try await withScratchFolder(in: "/var/tmp", prefix: "if-secrets") { folder in
            var environment = ["PROJECT": folder.string]
            var answers = ""
            for (index, (key, word)) in zip(keys, secrets.words).enumerated() {
                if index % 3 == 2 {
                    try folder.appending("secret-\(index)").write((word + "\n").utf8, mode: .privateFile)
                    answers += "  \(key): { secret: file:secret-\(index) }\n"
                } else {
                    environment["PLANTED_\(index)"] = word
                    answers += "  \(key): { secret: env:PLANTED_\(index) }\n"
                }
            }
            try folder.appending("arguments").createFolder()
            try write(answers, script: Self.leak, to: "web", in: folder)
            try write(
                answers, script: Self.leak + "\nenv | grep PLANTED | tail -n 4; echo 3 findings; exit 3", to: "broken",
                in: folder)
            try await body(secrets, folder) { [environment] arguments in
                try await FactoryRun(
                    arguments, in: folder, state: folder.appending("state"), environment: environment)
            }
        }
    }

    /// Prints every secret at once, over the border of a pipe's block, and in pieces; notes what processes are called with.
    private static let leak = """
        #!/bin/sh
        env; cat "$PROJECT"/secret-*; env >&2
        head -c 65530 /dev/zero | tr '\\0' x; env
        env | dd bs=3 status=none; cat "$PROJECT"/secret-* | dd bs=1 status=none
        env >"$PROJECT/seen"
        for process in /proc/[0-9]*; do tr '\\0' '\\n' <$process/cmdline; done >"$PROJECT/arguments/all" 2>/dev/null || true
        """

    private func write(_ answers: String, script: String, to name: String, in folder: FilePath) throws {
        try folder.appending("templates").createFolder()
        try folder.appending("pipelines").createFolder()
        try folder.appending("\(name).sh").write(script.utf8, mode: .ownerReadWriteExecute)
        try folder.appending("templates").appending("\(name).yaml").write(
            """
            image: \(name)
            summary: A web server
            pipeline: \(name)
            iso: { path: web.iso }
            machine: { disk: 40GiB }
            answers:
              KLDLOAD_DISTRO: debian
            \(answers.hasPrefix("  ") ? answers : "  " + answers)
            """.utf8)
        try folder.appending("pipelines").appending("\(name).yaml").write(
            "stages:\n  - run: { name: tell, in: host, script: \(name).sh }\n".utf8)
    }
}
