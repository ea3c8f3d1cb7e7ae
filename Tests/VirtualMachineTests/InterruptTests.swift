import Foundation
import HostSystem
import Pipeline
import Synchronization
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension VirtualMachineTests {
    /// Builds that are stopped in the middle.
    struct InterruptTests {
        /// One build that is stopped in every stage; each time it goes on from the last finished one.
        @Test func endsWithin10SecondsInEveryStageAndGoesOnFromThere() async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(
                // Its own step, so that no other test's build has made the same.
                name: "stopped", provision: ["run: { commands: \"echo stopped >/etc/stopped\" }"],
                tests: ["{ name: it is up, run: \"true\" }"])
            // A machine of its own size, so that no other template's build has frozen a guest that this one goes on from.
            let text = template.text.replacing("memory: 2GiB", with: "memory: 1536MiB")
            let project = try lab.project([template.name: text])
            for (line, signal) in [
                ("fetch-iso: started", SIGINT), ("provision: the agent has connected", SIGTERM),
                ("seal: removing", SIGINT), ("seal: shutting down", SIGTERM),
                // The proof is made beside the look at the disk, which begins at once and may be over before it.
                ("reclaim-space: checking", SIGTERM), ("prove-seal: test", SIGINT),
            ] {
                let (ending, time) = try await lab.turn { try await stop(project, template.name, at: line, by: signal) }
                #expect(ending.status == 130, "\(line): \(ending.talk)")
                #expect(time < .seconds(10), "\(line)")
                try project.expectNothingLeft("\(line)")
            }
            // Publishing takes so short a time that it may be over first: then all of it is there, else nothing.
            let (ending, _) = try await lab.turn {
                try await stop(project, template.name, at: "publish-release: started", by: SIGINT)
            }
            let lines = ending.talk.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("convert-image: ") } && !lines.contains("seal: started"))
            #expect(ending.status == (project.releases(of: template.name).isEmpty ? 130 : 0))
            try project.expectNothingLeft()
        }

        @Test func endsAnInstallationWithin10Seconds() async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(name: "stopped-install")
            var project = try lab.project([template.name: template.text])
            project.state = project.root.appending("state")
            let (ending, time) = try await lab.turn { [project] in
                try await stop(project, template.name, at: "install-system: booting", by: SIGINT)
            }
            #expect(ending.status == 130, "\(ending.talk)")
            #expect(time < .seconds(10))
            try project.expectNothingLeft()
        }

        @Test func endsTheMakingOfALabISOAndLeavesNoHalfMadeRoot() async throws {
            let lab = try #require(Lab.current)
            _ = try await lab.iso()
            let project = try lab.project()
            let folder: FilePath = "/var/cache/imagefactory/iso/lab"
            let before = folder.folderEntries
            let clock = ContinuousClock()
            let sent = Mutex<ContinuousClock.Instant?>(nil)
            let ending = try await project.factory("lab-iso", "debian13", "--refresh").run { line, process in
                guard line.contains("making the"), sent.withLock({ $0 }) == nil else { return }
                sent.withLock { $0 = clock.now }
                kill(process, SIGINT)
            }
            let moment = try #require(sent.withLock { $0 }, "\(ending.talk)")
            #expect(ending.status == 130, "\(ending.talk)")
            #expect(clock.now - moment < .seconds(10))
            #expect(folder.folderEntries == before)
        }

        /// Runs a build, sends it a signal when it prints a line, and tells how long it then lived on.
        private func stop(
            _ project: Project, _ template: String, at line: String, by signal: Int32
        ) async throws -> (FactoryProcess.Ending, Duration) {
            let clock = ContinuousClock()
            let sent = Mutex<ContinuousClock.Instant?>(nil)
            let ending = try await project.factory("build", template).run { text, process in
                guard text.hasPrefix(line), sent.withLock({ $0 }) == nil else { return }
                sent.withLock { $0 = clock.now }
                kill(process, signal)
            }
            let moment = try #require(sent.withLock { $0 }, "the build never came to '\(line)': \(ending.talk)")
            return (ending, clock.now - moment)
        }

        @Test func cleansWhatAKilledRunLeft() async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(name: "kill-9")
            var project = try lab.project([template.name: template.text])
            project.state = project.root.appending("state")
            let killed = try await lab.turn { [project] in
                try await project.factory("build", template.name).run { text, process in
                    if text.contains("install-system: booting") {
                        Task {
                            let record = try #require(try project.records().last)
                            _ = try await poll(every: .milliseconds(100), deadline: .seconds(30), for: "QEMU") {
                                machineProcess(of: record, role: "install")
                            }
                            kill(process, SIGKILL)
                        }
                    }
                }
            }
            #expect(killed.status == 128 + 9)
            let dead = try #require(try project.records().last)
            #expect(machineProcess(of: dead, role: "install") != nil, "QEMU outlives its factory")

            let next = try await project.factory("build", template.name, "--until", "fetch-iso").run()
            #expect(next.status == 0)
            #expect(next.talk.contains("run \(dead.id) of kill-9 was killed"))
            #expect(next.talk.contains("ended the machine if-\(dead.id.suffix(6))-install"))
            try project.expectNothingLeft()
        }
    }
}
