import Foundation
import HostSystem
import Pipeline
import PipelineTestSupport
import SystemPackage
import Testing

/// The runs of a state folder, as the real program shows them.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct RunCommandTests {
    private func run(_ arguments: String..., in state: PreparedState) async throws -> FactoryRun {
        try await FactoryRun(["run"] + arguments, in: "/", state: state.folder)
    }

    @Test func listsRunsWithTheirCausesAndReleases() async throws {
        try await PreparedState.with { state in
            try state.fill()
            let list = try await run("list", in: state)
            #expect(list.status == 0 && list.talk == "")
            let rows = list.output.split(separator: "\n").map { row in
                row.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
            }
            #expect(rows.count == 4)
            #expect(rows[0].first == "RUN")
            // Nobody holds the lock of the last one, whose folder was let go of without a word.
            #expect([rows[1][0], rows[1][1], rows[1][4]] == [PreparedState.killed, "web", "abandoned"])
            #expect(rows[1].suffix(2) == ["at", "install-system"])
            #expect(rows[2][..<2] == [PreparedState.failed, "db"])
            #expect(rows[2][4...] == ["failed", "6s", "no-seed", "(install-system)"])
            #expect(
                rows[3][..<2] == [PreparedState.done, "web"] && rows[3][4...] == ["done", "1m06s", "/output/web/v1"])
            let web = try await run("list", "--template", "web", "--limit", "1", in: state)
            #expect(web.output.contains(PreparedState.killed))
            #expect(!web.output.contains(PreparedState.done) && !web.output.contains(PreparedState.failed))
        }
    }

    @Test func showsARunForPeopleAndForPrograms() async throws {
        try await PreparedState.with { state in
            try state.fill()
            let failed = try await run("show", String(PreparedState.failed.suffix(6)), in: state)
            for part in [
                "outcome   failed after 6s\n", "install-system  failed", "seal            not reached\n",
                "cause     the installer found no answers [no-seed]\n          > it waits [2J\n",
                "next      check the medium\n", "logs      \(state.folder)/runs/\(PreparedState.failed)/logs\n",
                "bundle    \(state.folder)/runs/\(PreparedState.failed)/bundle\n",
            ] {
                #expect(failed.output.contains(part), "\(part) in \(failed.output)")
            }
            let newest = try await run("show", in: state)
            #expect(
                newest.output.contains(PreparedState.killed)
                    && newest.output.contains("abandoned: its process went away"))
            let done = try await run("show", PreparedState.done, "--format", "json", in: state)
            let object = try JSONSerialization.jsonObject(with: Data(done.output.utf8)) as? [String: Any]
            #expect(object?["status"] as? String == "done")
            #expect(object?["digest"] as? String == Digest.of("z").hex)
            #expect(object?["accelerator"] as? String == "tcg")
            let stages = try #require(object?["stages"] as? [[String: Any]])
            #expect(stages.map { $0["action"] as? String } == ["run", "cached"])
            #expect(stages[1]["made"] as? [String: String] == ["image.qcow2": Digest.of("y").hex])
        }
    }

    @Test func namesTheRunsThatANameCouldMean() async throws {
        try await PreparedState.with { state in
            try state.fill()
            let several = try await run("show", "2", in: state)
            #expect(several.status == 64)
            #expect(several.talk.contains(PreparedState.done) && several.talk.contains(PreparedState.failed))
            let none = try await run("logs", "nosuch", in: state)
            #expect(none.status == 64)
            #expect(none.talk.contains("no run's id begins or ends with 'nosuch'"))
        }
    }

    @Test func saysThatThereIsNoRunYet() async throws {
        try await PreparedState.with { state in
            let list = try await run("list", in: state)
            #expect(list.status == 0 && list.output == "" && list.talk == "there is no run yet\n")
            let show = try await run("show", in: state)
            #expect(show.status == 64 && show.talk.contains("there is no run yet"))
        }
    }

    @Test func printsLogsOfARunAStageAndAFile() async throws {
        try await PreparedState.with { state in
            let id = PreparedState.failed
            try state.fill()
            func logs(_ arguments: String...) async throws -> FactoryRun {
                try await FactoryRun(["run", "logs", id] + arguments, in: "/", state: state.folder)
            }
            let all = try await logs()
            #expect(
                all.output.split(separator: "\n").map { $0.dropFirst(9) } == [
                    "building db: install-system, seal", "install-system: started", "install-system: failed after 5s",
                    "failed after 6s",
                ])
            let stage = try await logs("--stage", "install-system")
            #expect(stage.output.split(separator: "\n").count == 3)
            #expect(stage.output.hasSuffix("failed after 5s\nthe log of the stage\n"))
            let console = try await logs("--file", "console-install.log", "--follow")
            #expect(console.output == "Booting\nno end of line\n")
            let events = try await logs("--format", "json")
            let lines = events.output.split(separator: "\n").map(String.init)
            #expect(lines.count == 4)
            #expect(try await EventSchema.refused(lines) == [])
            let wrong = try await logs("--stage", "sael")
            #expect(wrong.status == 64 && wrong.talk.contains("did you mean 'seal'?"))
            let missing = try await logs("--file", "../run.json")
            #expect(missing.status == 64 && missing.talk.contains("is no log file of the run"))
        }
    }

    @Test func takesNoPictureOfARunThatIsOver() async throws {
        try await PreparedState.with { state in
            try state.fill()
            let output = state.folder.appending("picture.png").string
            func picture(of id: String) async throws -> FactoryRun {
                try await run("screenshot", id, "--output", output, in: state)
            }
            let failed = try await picture(of: PreparedState.failed)
            #expect(failed.status == 69)
            let kept = "\(state.folder)/runs/\(PreparedState.failed)/bundle/screen.png"
            #expect(
                failed.talk
                    == "error: the run \(PreparedState.failed) is over (failed); the screen as it was is \(kept)\n")
            let killed = try await picture(of: PreparedState.killed)
            #expect(killed.talk.contains("is over (abandoned), and no picture of its screen was kept"))
            // This process holds the run's lock, and runs no machine.
            let going = try RunFolder.begin(template: "web", version: "0.1.0", in: state.state)
            let alive = try await picture(of: going.id)
            #expect(alive.status == 69)
            #expect(alive.talk.contains("has no machine now"), "\(alive.talk)")
            let shown = try await run("show", going.id, "--screenshot", output, in: state)
            #expect(shown.talk == alive.talk)
            #expect(!FilePath(output).exists)
            withExtendedLifetime(going) {}
        }
    }

    @Test func printsTheSchemaOfTheEvents() async throws {
        try await PreparedState.with { state in
            let schema = try await run("schema", in: state)
            let file = FactoryRun.repository.pushing("Sources/Pipeline/Events/run-event.schema.json")
            #expect(try schema.output == file.readText())
        }
    }

    /// Processes that record their runs at the same moment, into a history that none of them has begun yet.
    @Test func keepsTheRunsOfManyProcesses() async throws {
        try await PreparedState.with { state in
            let folder = state.folder.appending("fresh")
            try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        let run = try await FactoryRun(
                            ["build", "golden-debian13", "--iso", "/nonexistent.iso", "--format", "json"],
                            state: folder)
                        #expect(run.status == 69)
                        #expect(run.talk.hasPrefix("error: check-host: there is no installer ISO"), "\(run.talk)")
                        return run.output.split(separator: "\n").map(String.init)
                    }
                }
                for try await lines in group {
                    #expect(lines.count == 4)
                    #expect(try await EventSchema.refused(lines) == [])
                }
            }
            // The folders are not what is listed.
            try folder.appending("runs").remove()
            let list = try await FactoryRun(["run", "list"], in: "/", state: folder)
            #expect(list.output.split(separator: "\n").count == 7, "\(list.output)")
            #expect(list.output.components(separatedBy: "there is no installer ISO").count == 7)
        }
    }

    @Test func tellsARunThatGoesOnFromOneThatWasKilled() async throws {
        try await PreparedState.with { state in
            // The build waits for a writer that never comes.
            let script = """
                mkfifo "$IMAGEFACTORY_STATE/iso"
                "$1" build lab-debian13 --iso "$IMAGEFACTORY_STATE/iso" >&2 &
                for second in $(seq 60); do
                    if grep -qs 'stage-started.*fetch-iso' "$IMAGEFACTORY_STATE"/runs/*/events.jsonl; then break; fi
                    sleep 1
                done
                "$1" run list
                kill -9 $!
                wait $! || "$1" run list
                """
            let output = try await Program.run(
                "/bin/sh", ["-c", script, "sh", FactoryRun.program.string],
                environment: ["IMAGEFACTORY_STATE": state.folder.string], in: FactoryRun.repository,
                deadline: .seconds(100)
            ).text
            let rows = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            try #require(rows.count == 4, "\(output)")
            #expect(rows[1][4] == "running" && rows[1].suffix(2) == ["at", "fetch-iso"], "\(output)")
            #expect(rows[3][4...] == ["abandoned", "at", "fetch-iso"], "\(output)")
        }
    }

    @Test func readsAFolderThatItMayNotWrite() async throws {
        try await PreparedState.with { state in
            try state.fill()
            // Nothing is read-only to root, as long as it has root's capabilities.
            let script = """
                [ "$(id -u)" != 0 ] || set -- setpriv --bounding-set=-all --inh-caps=-all "$@"
                chmod -R a-w "$IMAGEFACTORY_STATE"
                "$@" 2>&1
                chmod -R u+w "$IMAGEFACTORY_STATE"
                """
            let list = try await Program.run(
                "/bin/sh", ["-c", script, "sh", FactoryRun.program.string, "run", "list"],
                environment: ["IMAGEFACTORY_STATE": state.folder.string], in: "/", deadline: .seconds(60)
            ).text
            #expect(list.contains("warning: the history of runs, \(state.folder)/history.sqlite, cannot be used"))
            #expect(
                list.contains(PreparedState.done) && list.contains(PreparedState.killed) && list.contains("no-seed"),
                "\(list)")
        }
    }

    @Test func tellsTheTimeThatAPlanTakes() async throws {
        try await PreparedState.with { state in
            let arguments = ["plan", "lab-debian13", "--until", "seal", "--accelerator", "tcg"]
            try state.add(
                PreparedState.done, "lab-debian13", stages: ["install-system"],
                .stageStarted(stage: "install-system", key: nil),
                .stageFinished(stage: "install-system", key: nil, seconds: 160, made: [:], accelerator: "tcg"),
                .runFinished(outcome: .failed, seconds: 160, release: nil))
            let text = try await FactoryRun(arguments, state: state.folder)
            #expect(text.output.contains("  run  ~2m40s  "), "\(text.output)")
            #expect(text.output.hasSuffix("it takes more than 2m40s, as earlier runs did\n"))
            let json = try await FactoryRun(arguments + ["--format", "json"], state: state.folder)
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            let steps = try #require(object?["steps"] as? [[String: Any]])
            #expect(steps.map { $0["seconds"] as? Double } == [nil, nil, 160, nil, nil])
            let other = try await FactoryRun(Array(arguments.dropLast()) + ["kvm"], state: state.folder)
            #expect(!other.output.contains("it takes"))
        }
    }
}
