import Attestation
import Foundation
import HostSystem
import InstallMedia
import PipelineTestSupport
import SystemPackage
import Testing

@testable import Machines
@testable import Pipeline
@testable import Stages

/// Random secrets, on every way that they take without a machine.
@Suite(.timeLimit(.minutes(5)))
struct SecretFlowTests {
    private let seed: UInt64
    private let secrets: PlantedSecrets

    init() {
        seed = .random(in: 0 ... .max)
        secrets = PlantedSecrets(seed: seed)
        print("secrets of the seed \(seed)")
    }

    @Test func stayOutOfAStepsLogHoweverItsOutputIsCut() async throws {
        try await TestProject.with { project in
            let output = Array(secrets.words.map { "it said \($0)\($0), \($0.dropLast()) and \($0)" }.joined().utf8)
            for size in [1, 2, 3, 7, 64, 4096, 1 << 16] {
                let path = project.root.appending("log-\(size)")
                let log = try StepLog(path, redactor: Redactor(secrets.words.map { Secret($0) }))
                for start in stride(from: 0, to: output.count, by: size) {
                    log.add(output[start..<min(start + size, output.count)])
                }
                let lines = log.lastLines(40)
                #expect(secrets.found(in: [try path.readText()] + lines) == [], "in blocks of \(size)")
                #expect(try path.readText().contains("it said <redacted><redacted>"))
            }
        }
    }

    @Test func areKeptWhereTheyBeginAndNeverBecomeWhole() async throws {
        try await TestProject.with { project in
            let path = project.root.appending("log")
            let word = secrets.words[9]
            let log = try StepLog(path, redactor: Redactor([Secret(word)]))
            log.add("the end is ".utf8)
            log.add(word.dropLast().utf8)
            #expect(log.lastLines(1) == ["the end is \(word.dropLast())"], "what is no secret is not lost")
            #expect(try path.readText() == "the end is \(word.dropLast())")
        }
    }

    @Test func stayOutOfKeysAndStandOnTheSeedDiskAlone() async throws {
        try await TestProject.with { project in
            for (index, word) in secrets.words.enumerated() {
                let file = try project.write(word + "\n", to: "secret-\(index)")
                let template = try project.template(
                    answers: """
                          KLDLOAD_ROOT_PASSWORD: { secret: env:PLANTED }
                          KLDLOAD_WIFI_PSK: { secret: file:\(file) }
                        """)
                let source = AnswerSecrets(stateKey: { [1, 2, 3] }, environment: ["PLANTED": word])
                let answers = InstallAnswers(template: template, secrets: source)
                let ingredients = try Ingredients(options: try answers.fingerprints())
                let seed = try answers.file(keys: StageKeys())
                let psk = try #require(
                    try source.value(of: "KLDLOAD_WIFI_PSK", in: template.answers, keys: StageKeys()))
                let told = [
                    ingredients.options, "\(ingredients)", seed.redacted, "\(template)", String(reflecting: template),
                    "\(psk)", String(reflecting: psk),
                    answers.kernelArguments().joined(separator: " "),
                    "\(StageKey(Digest.of(ingredients.options)))",
                ]
                #expect(secrets.found(in: told) == [], "\(word)")
                #expect(source.known.redact("<\(word)>") == "<<redacted>>")
                try file.remove()
                guard index < 3 else { continue }
                let disk = project.root.pushing("seeds/seed.img")
                try disk.removingLastComponent().createFolder()
                try await SeedDisk.make(at: disk, answers: seed)
                #expect(try await SeedDisk.read(disk)["KLDLOAD_WIFI_PSK"]?.reveal() == word)
                let mode = try FileManager.default.attributesOfItem(atPath: disk.string)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                try disk.remove()
            }
            #expect(try await secrets.files(under: project.root) == [])
        }
    }

    @Test func stayOutOfEvents() {
        let known = KnownSecrets()
        for word in secrets.words { known.add(Secret(word)) }
        for word in secrets.words {
            let failure = StageFailure(
                message: "it said\n\(word)", cause: "no-seed", evidence: [word, "a \(word)"], advice: "change \(word)")
            let kinds: [RunEvent.Kind] = [
                .stageProgress(stage: "provision", message: "run 'echo \(word)'"),
                .stageFailed(stage: "provision", seconds: 1, failure: failure),
            ]
            let lines = kinds.map { kind in
                RunEvent(time: "", run: "r", template: "web", kind: kind.redacted(by: known.redact)).line
            }
            #expect(secrets.found(in: lines) == [])
            #expect(lines.allSatisfy { $0.contains("<redacted>") })
        }
    }

    /// An escape sequence in the middle of a secret hides it from who looks for it, and not from who reads it.
    @Test func stayOutOfAConsolesLinesWithSequencesInThem() {
        let redactor = Redactor(secrets.words.map { Secret($0) })
        for word in secrets.words {
            let half = word.count / 2
            let text = "login \(word.prefix(half))\u{1B}[0m\(word.dropFirst(half))"
            let line = redactor.text(SerialConsole.plain(redactor.text(text)))
            #expect(secrets.found(in: [line]) == [])
        }
    }

    @Test func stayOutOfTheLogsOfADeadDisk() async throws {
        try await TestProject.with { project in
            for (index, word) in secrets.words.enumerated() {
                try project.write("it said \(word)\n", to: "scratch/kldload/install-\(index).log")
            }
            try project.write("LPKSHHRH \(secrets.words[0])", to: "scratch/journal/0123/system.journal")
            let target = project.root.appending("bundle")
            let redactor = Redactor(secrets.words.map { Secret($0) })
            try await SavedLogs(folder: project.root.appending("scratch"), redactor: redactor).move(to: target)
            #expect(target.appending("kldload").folderEntries.count == secrets.words.count)
            #expect(try target.pushing("kldload/install-0.log").readText() == "it said <redacted>\n")
            #expect(try await secrets.files(under: target) == [])
        }
    }

    @Test func stayOutOfTheOriginOfARecipe() throws {
        for seed in (1...20).map({ seed &+ $0 }) {
            let secrets = PlantedSecrets(seed: seed)
            for text in secrets.words.flatMap({ word in
                [word, word.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""]
            }) {
                for address in [
                    "https://me:\(text)@example.org/a.git", "https://\(text)@example.org/a.git",
                    "\(text)@example.org:a.git",
                    "https://example.org/a.git?token=\(text)", "ssh://me:\(text)@example.org:22/a.git",
                    "https://example.org/a.git#\(text)",
                ] {
                    let origin = RepositoryAddress.withoutCredentials(address) ?? ""
                    #expect(secrets.found(in: [origin]) == [], "\(address) of the seed \(seed)")
                }
            }
        }
    }

    @Test(arguments: [
        "https://%41=+=Xq7~@example.org/a.git": "https://example.org/a.git",
        "https://%41=#@example.org/a.git": nil, "https://word?@example.org/a.git": nil,
        "https://wo/rd@example.org/a.git": nil, "wo@rd@example.org:a.git": nil,
        "git@example.org:images.git": "example.org:images.git", "/srv/images": "/srv/images",
    ])
    func giveNoOriginWhereTheHostIsInDoubt(address: String, origin: String?) {
        #expect(RepositoryAddress.withoutCredentials(address) == origin)
    }

    @Test func stayOutOfAReleaseWithItsEvidence() async throws {
        try await TestProject.with { project in
            var bench = try await ReleaseBench(project, formats: "qcow2, raw")
            bench.signer = try PrivateKey.generate(.p256)
            bench.inventory = Inventory(
                modified: 1_780_000_000,
                system: OperatingSystem(
                    id: "debian", versionID: "13", codename: "trixie", prettyName: "Debian 13", architecture: "amd64"),
                packages: [], files: [], boot: BootSoftware(kernels: [], loaders: [], firmware: [], commandLine: nil))
            bench.log = { [secrets] run in
                let log = try StepLog(run.log(of: "provision"), redactor: Redactor(secrets.words.map { Secret($0) }))
                for word in secrets.words { log.add("it said \(word)\n".utf8) }
            }
            let password = secrets.words[5].addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let script = """
                git init --quiet; git remote add origin "https://me:$1@example.org/a.git"; git add templates
                git -c user.name=a -c user.email=a@example.org commit --quiet --message recipe
                """
            try await Program.run(
                "/bin/sh", ["-euc", script, "sh", password], in: project.root, deadline: .seconds(60))
            let release = try await bench.publish(version: "v1.2.0")
            let envelope = try Envelope(json: release.appending("provenance.dsse.json").readBytes())
            let payload = String(decoding: envelope.payload, as: UTF8.self)
            #expect(payload.contains("git+https://example.org/a.git"), "the origin is told, without its password")
            #expect(secrets.found(in: [payload]) == [])
            #expect(try release.pushing("logs/provision.log").readText().contains("it said <redacted>"))
            #expect(try await secrets.files(under: release) == [])
            #expect(try await secrets.files(under: project.state.root) == [])
        }
    }
}
