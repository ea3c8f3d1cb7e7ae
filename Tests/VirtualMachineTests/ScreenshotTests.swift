import Foundation
import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension VirtualMachineTests {
    /// A picture of a machine that runs, taken from outside of the process that runs it.
    struct ScreenshotTests {
        @Test func showsTheScreenOfAnInstallation() async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(name: "watched", bootArguments: ["lab.fault=hang"])
            var project = try lab.project([template.name: template.text])
            project.state = project.root.appending("state")
            let picture = project.root.appending("screen.png")
            let answers = Answers()
            let ending = try await lab.turn { [project] in
                try await project.factory("build", template.name).run { line, process in
                    guard line.contains("install-system: booting") else { return }
                    Task {
                        await answers.set(try? await ask(project, for: picture))
                        kill(process, SIGINT)
                    }
                }
            }
            #expect(ending.status == 130, "\(ending.talk)")
            let taken = try #require(await answers.value, "\(ending.talk)")
            #expect(taken.status == 0, "\(taken.talk)")
            #expect(taken.output == "\(picture)\n")
            #expect(try picture.readBytes().starts(with: [0x89, 0x50, 0x4E, 0x47]))
            let late = try await project.factory("run", "screenshot", "--output", picture.string).run()
            #expect(late.status == 69 && late.talk.contains("is over (interrupted)"), "\(late.talk)")
            try project.expectNothingLeft()
            let run = try #require(project.runs.last)
            #expect(run.appending("machines").folderEntries == [])
        }

        /// Asks as soon as the machine runs, which what its firmware writes shows.
        private func ask(_ project: Project, for picture: FilePath) async throws -> FactoryProcess.Ending {
            let run = try #require(project.runs.last)
            let console = run.appending("logs/console-install.log")
            _ = try await poll(every: .milliseconds(100), deadline: .seconds(60), for: "QEMU") {
                (try? console.fileSize()) ?? ByteCount(0) > ByteCount(0) ? true : nil
            }
            return try await project.factory("run", "screenshot", "--output", picture.string).run()
        }
    }
}

/// What another task has found out.
private actor Answers {
    private(set) var value: FactoryProcess.Ending?

    func set(_ value: FactoryProcess.Ending?) {
        self.value = value
    }
}
