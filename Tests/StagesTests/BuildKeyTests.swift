import Foundation
import HostSystem
import Logging
import Machines
import SystemPackage
import Testing

@testable import Pipeline
@testable import Stages

/// The keys of a whole build: they follow all that shapes the result, and nothing else.
struct BuildKeyTests {
    /// Everything that a build of the tests is made from.
    struct Sources: Sendable {
        var template = """
            image: web
            summary: A web server
            iso: { path: web.iso }
            machine: { cpus: 2, memory: 2GiB, disk: 40GiB, network: user }
            boot: { arguments: [quiet] }
            answers:
              KLDLOAD_DISTRO: debian
              KLDLOAD_PASSWORD: { secret: "env:PW" }
              KLDLOAD_ROOT_PASSWORD: { secret: "file:root.pw" }
            provision:
              - upload: { from: files/, to: /etc/ }
              - run: { script: a.sh }
              - run: { script: b.sh, timeout: 2min }
            seal: { keep: [history] }
            tests:
              - { name: it is up, run: "true" }
            formats: { qcow2: { compression: zstd, level: 3 } }
            """
        var files = [
            "web.iso": "an ISO", "a.sh": "echo a", "b.sh": "echo b", "files/motd": "hello", "files/issue": "you",
            "root.pw": "root's secret",
        ]
        var environment = ["PW": "a secret"]
        var stateKey: [UInt8] = [1, 2, 3]

        mutating func edit(_ old: String, _ new: String) { template = template.replacing(old, with: new) }
    }

    /// A change, and the first stage whose key must follow it; nil if none may.
    struct Mutation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let first: String?
        let apply: @Sendable (inout Sources) -> Void

        init(_ description: String, _ first: String?, _ apply: @escaping @Sendable (inout Sources) -> Void) {
            testDescription = description
            self.first = first
            self.apply = apply
        }

        static func edit(_ old: String, _ new: String, _ first: String?) -> Mutation {
            Mutation("\(old) becomes \(new)", first) { $0.edit(old, new) }
        }
    }

    static let mattering: [Mutation] = [
        .edit("disk: 40GiB", "disk: 41GiB", "install-system"),
        .edit("network: user", "network: none", "install-system"),
        .edit("[quiet]", "[quiet, debug]", "install-system"), .edit("[quiet]", "[]", "install-system"),
        .edit("KLDLOAD_DISTRO: debian", "KLDLOAD_DISTRO: debian\n  KLDLOAD_PROFILE: desktop", "install-system"),
        .edit("env:PW", "file:root.pw", "install-system"), .edit("\"env:PW\"", "generate", "install-system"),
        .edit("network: user", "network: user, disk-bus: scsi", "install-system"),
        .edit("answers:\n", "answers-by: agent\nanswers:\n", "install-system"),
        Mutation("a bit of the ISO", "install-system") { $0.files["web.iso"] = "an ISo" },
        Mutation("a rotated secret of the environment", "install-system") { $0.environment["PW"] = "another" },
        Mutation("a rotated secret in a file", "install-system") { $0.files["root.pw"] = "another" },
        Mutation("a byte of a script", "provision") { $0.files["b.sh"] = "echo c" },
        Mutation("a byte of an upload", "provision") { $0.files["files/motd"] = "Hello" },
        Mutation("the name of an upload", "provision") {
            $0.files["files/motd2"] = $0.files["files/motd"]
            $0.files["files/motd"] = nil
        },
        Mutation("two scripts that change places", "provision") {
            $0.edit("a.sh", "c.sh")
            $0.edit("b.sh", "a.sh")
            $0.edit("c.sh", "b.sh")
        },
        .edit("to: /etc/", "to: /opt/", "provision"),
        .edit("seal:", "  - run: echo more\nseal:", "provision"), .edit("keep: [history]", "keep: []", "seal"),
        .edit("\"true\"", "\"false\"", "prove-seal"), .edit("it is up", "it is down", "prove-seal"),
        .edit("formats:", "proof: { grow: true }\nformats:", "prove-seal"),
        .edit("formats:", "proof: { per-clone: [hostid] }\nformats:", "audit-disk"),
        .edit("formats:", "proof: { buses: [virtio, sata] }\nformats:", "boot-images"),
        .edit("formats:", "proof: { test-images: true }\nformats:", "boot-images"),
        .edit("level: 3", "level: 4", "convert-image"),
        .edit("level: 3", "level: 3 }, vmdk: { level: 1", "convert-image"),
        .edit("zstd, level: 3", "none", "convert-image"),
    ]

    static let harmless: [Mutation] = [
        .edit("A web server", "A server of the web", nil), .edit("timeout: 2min", "timeout: 3min, retries: 4", nil),
        .edit("tests:", "deadlines: { boot: 9min, stall: 7min, shutdown: 9min }\ntests:", nil),
        .edit("tests:", "series: more\ntests:", nil),
        .edit("cpus: 2, memory: 2GiB", "cpus: 3, memory: 3GiB", nil),
        .edit("image: web", "# a remark\nimage: web", nil),
        Mutation("a file that nothing reads", nil) { $0.files["elsewhere"] = "x" },
        Mutation("a variable that nothing reads", nil) { $0.environment["LANG"] = "C" },
    ]

    /// The stages whose keys follow that of another.
    private static let order = ["install-system", "provision", "seal"]

    @Test(arguments: mattering + harmless)
    func keysFollowAChange(mutation: Mutation) async throws {
        let before = try await keys(of: Sources())
        var sources = Sources()
        mutation.apply(&sources)
        #expect(
            sources.template != Sources().template || sources.files != Sources().files
                || sources.environment != Sources().environment)
        expect(try await keys(of: sources), toFollow: mutation.first, from: before)
    }

    /// Harmless changes in random numbers and order, in another folder with files of other ages, and one that matters.
    @Test(arguments: 1...12)
    func keysFollowOneChangeAmongHarmlessOnes(seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        var sources = Sources()
        let before = try await keys(of: sources)
        for mutation in Self.harmless.shuffled(using: &random).prefix(Int.random(in: 0...5, using: &random)) {
            mutation.apply(&sources)
        }
        #expect(try await keys(of: sources, filesBackwards: true, age: 86400 * 400) == before)
        let mutation = try #require(Self.mattering.randomElement(using: &random))
        mutation.apply(&sources)
        expect(try await keys(of: sources), toFollow: mutation.first, from: before)
    }

    @Test func keysAndIngredientsRevealNoSecret() async throws {
        let secrets = ["a secret", "root's secret"]
        for text in try await ingredients(of: Sources()) {
            for secret in secrets {
                #expect(!text.contains(secret) && !text.contains(Digest.of(secret).hex))
            }
        }
        // Without the factory's private key nobody can try secrets out.
        var other = Sources()
        other.stateKey = [3, 2, 1]
        let keys = (try await keys(of: Sources()), try await keys(of: other))
        #expect(keys.0["install-system"] != keys.1["install-system"])
    }

    private func expect(_ after: [String: String], toFollow first: String?, from before: [String: String]) {
        let changed: Set<String> =
            switch first {
            case nil: []
            case "prove-seal"?, "boot-images"?: [first ?? ""]
            // What clones share is declared to both.
            case "audit-disk"?: ["audit-disk", "prove-seal"]
            case "convert-image"?: ["convert-image", "verify-images", "boot-images"]
            case let first?:
                Set(
                    Self.order.drop { $0 != first }
                        + [
                            "prove-seal", "reclaim-space", "audit-disk", "take-inventory", "convert-image",
                            "verify-images", "boot-images",
                        ])
            }
        for (stage, key) in before {
            #expect((after[stage] != key) == changed.contains(stage), "\(stage)")
        }
    }

    private func keys(
        of sources: Sources, filesBackwards: Bool = false, age: TimeInterval = 0
    ) async throws -> [String: String] {
        try await withStages(of: sources, filesBackwards: filesBackwards, age: age) { template, stages, store, boot in
            let runner = try Runner(
                template: template.name, stages: stages, store: store, sharedBoot: boot, logger: Logger(label: "test"))
            let steps = try await runner.plan().steps
            return Dictionary(
                uniqueKeysWithValues: steps.compactMap { step in step.key.map { (step.stage, $0.hex) } })
        }
    }

    private func ingredients(of sources: Sources) async throws -> [String] {
        try await withStages(of: sources, filesBackwards: false, age: 0) { _, stages, _, _ in
            var texts: [String] = []
            for stage in stages {
                guard let ingredients = try await stage.ingredients() else { continue }
                texts.append(String(decoding: try JSONEncoder().encode(ingredients), as: UTF8.self))
            }
            return texts
        }
    }

    private func withStages<Result>(
        of sources: Sources, filesBackwards: Bool, age: TimeInterval,
        _ body: (Template, [any Stage], Store, GuestBoot) async throws -> Result
    ) async throws -> Result {
        try await TestProject.with { project in
            try project.write(
                "stages: [fetch-iso, install-system, provision, seal, prove-seal, reclaim-space, audit-disk, take-inventory, "
                    + "convert-image, "
                    + "verify-images, boot-images]\n",
                to: "pipelines/golden.yaml")
            let names = sources.files.keys.sorted()
            for name in filesBackwards ? names.reversed() : names {
                let file = try project.write(sources.files[name] ?? "", to: name)
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: file.string)
            }
            try project.write(sources.template, to: "templates/web.yaml")
            let folder = TemplateFolder(root: project.root)
            let template = try folder.load("web")
            let secrets = AnswerSecrets(
                stateKey: { [key = sources.stateKey] in key }, environment: sources.environment)
            let settings = HypervisorSettings(
                state: project.state.root, cache: project.state.cache, environment: [:])
            return try await MachineRoom.with(settings, logger: Logger(label: "test"), note: { _ in }) { room in
                let machines = BuildMachines(template: template, room: room, secrets: secrets)
                let pipeline = try folder.pipeline("golden", stages: StageCatalog.types.map { $0.name })
                let stages = try StageCatalog.stages(
                    of: pipeline, machines: machines, state: project.state,
                    request: BuildRequest(output: project.root.appending("output")))
                return try await body(
                    template, stages, project.state.store,
                    GuestBoot(machines: machines, checkpoints: Checkpoints(folder: nil)))
            }
        }
    }
}

/// A small random generator with a seed.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
