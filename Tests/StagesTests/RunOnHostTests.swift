import HostSystem
import SystemPackage
import Testing

@testable import Pipeline
@testable import Stages

struct RunOnHostTests {
    private func stage(_ options: String, in project: TestProject) throws -> RunOnHost {
        try project.write("stages:\n  - run: \(options)\n", to: "pipelines/golden.yaml")
        let pipeline = try TemplateFolder(root: project.root).pipeline("golden", stages: ["run"])
        return RunOnHost(
            try UserRun(reading: pipeline.entries[0], root: project.root), template: "web", secrets: KnownSecrets())
    }

    @Test func givesTheScriptWhatItWorksOnAndKeepsWhatItLeaves() async throws {
        try await TestProject.with { project in
            let script = try project.write(
                """
                #!/bin/sh
                echo "$IMAGEFACTORY_TEMPLATE $IMAGEFACTORY_DISK $IMAGEFACTORY_IMAGES" >report
                echo to the log
                echo and errors >&2
                [ "$PWD" = "$IMAGEFACTORY_REPORT" ]
                """, to: "scan.sh")
            try await Program.run("chmod", ["755", script.string], deadline: .seconds(60))
            let work = try project.work(disk: "/store/disk.qcow2", images: "/store/images")
            try await stage("{ name: scan, in: host, script: scan.sh }", in: project).run(work)
            #expect(try work.folder.appending("report").readText() == "web /store/disk.qcow2 /store/images\n")
            #expect(try work.run.log(of: "scan").readText() == "to the log\nand errors\n")
        }
    }

    @Test func failsWithTheEndOfWhatTheScriptPrinted() async throws {
        try await TestProject.with { project in
            let stage = try stage(
                "{ name: scan, in: host, commands: echo 3 findings; exit 4, retries: 1 }", in: project)
            let work = try project.work()
            let error = await #expect(throws: HostScriptError.self) { try await stage.run(work) }
            #expect(error?.output == "3 findings")
            #expect(error?.description.contains("pipelines/golden.yaml:2:10: run 'echo 3 findings; exit 4'") == true)
            #expect(try work.run.log(of: "scan").readText() == "3 findings\n3 findings\n", "it was tried twice")
        }
    }

    @Test func endsAScriptThatTakesTooLong() async throws {
        try await TestProject.with { project in
            let stage = try stage("{ name: scan, in: host, commands: sleep 60, timeout: 1s }", in: project)
            await #expect(throws: ProgramError.self) { try await stage.run(try project.work()) }
        }
    }

    @Test func doesNotRunAScriptThatChangedSinceTheKeyWasMade() async throws {
        try await TestProject.with { project in
            let script = try project.write("#!/bin/sh\n", to: "scan.sh")
            let stage = try stage("{ name: scan, in: host, script: scan.sh, retries: 1 }", in: project)
            let work = try project.work(ingredients: ["scan": try #require(try await stage.ingredients())])
            try project.write("#!/bin/sh\ntouch ran\n", to: "scan.sh")
            let error = await #expect(throws: RecipeChangedError.self) { try await stage.run(work) }
            #expect(error?.path == script)
            #expect(work.folder.folderEntries.isEmpty)
        }
    }

    @Test func keyFollowsTheScriptsBytes() async throws {
        try await TestProject.with { project in
            try project.write("echo a", to: "scan.sh")
            let stage = try stage("{ name: scan, in: host, script: scan.sh }", in: project)
            let before = try await stage.ingredients()
            #expect(try await stage.ingredients() == before)
            try project.write("echo b", to: "scan.sh")
            #expect(try await stage.ingredients() != before)
        }
    }
}
