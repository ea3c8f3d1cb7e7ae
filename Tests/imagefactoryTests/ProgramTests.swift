import Foundation
import HostSystem
import SystemPackage
import Testing

/// The real program, with all that a user would see of it.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ProgramTests {
    private static let stages = [
        "check-host", "fetch-iso", "install-system", "provision", "seal", "prove-seal", "reclaim-space", "audit-disk",
        "take-inventory", "convert-image", "verify-images", "boot-images", "attest", "publish-release",
    ]

    @Test(arguments: [[], ["--help"], ["build", "--help"], ["help", "plan"]])
    func helpsWithoutFault(arguments: [String]) async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(arguments, in: "/", state: folder)
            #expect(run.status == 0)
            #expect(run.output.contains("USAGE: imagefactory"))
            #expect(run.talk == "")
            #expect(folder.folderEntries == [])
        }
    }

    @Test func tellsItsVersion() async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(["--version"], in: "/", state: folder)
            #expect(run.status == 0)
            #expect(run.output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
        }
    }

    @Test(arguments: [
        ["frobnicate"], ["build", "lab-debian13", "--frobnicate"], ["build"],
        ["build", "lab-debian13", "--version", "1.2"],
    ])
    func tellsHowItIsUsed(arguments: [String]) async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(arguments, state: folder)
            #expect(run.status == 64)
            #expect(run.output == "")
            #expect(run.talk.contains("Usage: imagefactory"))
        }
    }

    @Test func namesFileLineAndColumnOfAFault() async throws {
        try await withFolder { folder in
            let templates = folder.appending("templates")
            try templates.createFolder()
            try templates.appending("web.yaml").write(
                """
                image: web
                iso: { lab: debian13 }
                machine: { cpus: many, network: none }
                answers:
                  KLDLOAD_DISTRO: debian
                  KLDLOAD_PASSWORD: { secret: generate }
                frmats: [qcow2]

                """.utf8)
            let run = try await FactoryRun(["template", "check"], in: folder, state: folder.appending("state"))
            #expect(run.status == 64)
            #expect(run.output == "")
            #expect(run.talk.contains("templates/web.yaml:3:18: "))
            #expect(run.talk.contains("templates/web.yaml:7:1: "))
            #expect(run.talk.contains("did you mean 'formats'?"))
        }
    }

    @Test func findsItsOwnTemplatesWithoutFault() async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(["template", "check"], state: folder)
            #expect(run.status == 0)
            #expect(run.output.contains("lab-debian13: good\n"))
            #expect(run.output.contains("golden-centos9: good\n"))
        }
    }

    @Test func saysAtOnceWhereTheISOBelongs() async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(["build", "golden-centos9"], state: folder)
            #expect(run.status == 69)
            // The accelerator of a new state is measured first.
            #expect(run.duration < .seconds(30))
            let iso = FactoryRun.repository.pushing("iso/kldload-1.5.0-x86_64.iso")
            #expect(run.talk.contains("there is no installer ISO at \(iso)\n"))
            #expect(run.talk.contains("--iso PATH"))
            #expect(run.talk.contains("lab-debian13"))
            #expect(run.output == "")
        }
    }

    @Test func takesNoFolderForAnISO() async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(["build", "golden-debian13", "--iso", folder.string], state: folder)
            #expect(run.status == 69)
            #expect(run.talk.contains("\(folder) is a folder; name the installer's .iso file\n"))
        }
    }

    @Test func takesNoFileForTheFolderOfReleases() async throws {
        try await withFolder { folder in
            let file = folder.appending("file")
            try file.write("".utf8)
            let run = try await FactoryRun(["build", "lab-debian13", "--output", file.string], state: folder)
            #expect(run.status == 69)
            #expect(run.talk.contains("releases cannot be written to \(file); "))
        }
    }

    @Test func endsARunThatIsRefusedBeforeItsFirstStage() async throws {
        try await withFolder { folder in
            let arguments = ["build", "lab-debian13", "--from", "seel"]
            let refused = try await FactoryRun(arguments, state: folder)
            #expect(refused.status == 64)
            let again = try await FactoryRun(arguments, state: folder)
            #expect(again.talk == refused.talk)
            #expect(again.talk == "error: 'seel' is not a stage of this run; did you mean 'seal'?\n")
        }
    }

    @Test func namesAnUnknownTemplateAndANearOne() async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(["build", "lab-debian12"], state: folder)
            #expect(run.status == 64)
            #expect(run.talk == "error: there is no template 'lab-debian12'; did you mean 'lab-debian13'?\n")
        }
    }

    @Test func refusesAnUnknownStage() async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(["plan", "lab-debian13", "--until", "convert-imgae"], state: folder)
            #expect(run.status == 64)
            #expect(run.talk.contains("did you mean 'convert-image'?"))
        }
    }

    @Test func plansAsJSONFromAnywhereWithALongStatePath() async throws {
        try await withFolder { folder in
            let name = String(repeating: "s", count: 119 - folder.string.utf8.count)
            let state = folder.appending(name)
            #expect(state.string.utf8.count == 120)
            let run = try await FactoryRun(
                ["plan", "lab-debian13", "-C", FactoryRun.repository.string, "--format", "json"], in: "/", state: state)
            #expect(run.status == 0, "\(run.talk)")
            let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            let steps = try #require(object?["steps"] as? [[String: Any]])
            #expect(steps.compactMap { $0["stage"] as? String } == Self.stages)
            #expect(steps.allSatisfy { ($0["reason"] as? String)?.isEmpty == false })
            #expect(Set(steps.compactMap { $0["action"] as? String }) == ["run"])
        }
    }

    @Test func plansForPeopleALineAStage() async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(["plan", "lab-debian13", "--until", "seal"], state: folder)
            #expect(run.status == 0, "\(run.talk)")
            let lines = run.output.split(separator: "\n")
            #expect(lines.compactMap { $0.split(separator: " ").first.map(String.init) } == Array(Self.stages[..<5]))
        }
    }

    @Test func saysThatThereAreNoTemplates() async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(["template", "list"], in: "/proc", state: folder)
            #expect(run.status == 64)
            #expect(run.talk.contains("there is no folder 'templates' in /proc or above it"))
        }
    }

    @Test func listsTemplatesAsJSON() async throws {
        try await withFolder { folder in
            let run = try await FactoryRun(["template", "list", "--format", "json"], state: folder)
            let rows = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: String]]
            #expect(rows?.compactMap { $0["name"] }.contains("lab-debian13") == true)
        }
    }

    private func withFolder(_ body: (FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-program") { folder in
            // QEMU's account must be able to enter the state folder.
            chmod(folder.string, 0o755)
            try await body(folder)
        }
    }
}
