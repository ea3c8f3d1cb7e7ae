import Foundation
import HostSystem
import Pipeline
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension VirtualMachineTests {
    /// Installations that go wrong, each with its own name for it.
    struct InstallFailureTests {
        @Test(arguments: [
            (LabTemplate(name: "no-seed", bootArguments: ["lab.fault=no-seed"]), "no-seed"),
            (LabTemplate(name: "refused", answers: ["KLDLOAD_NET_METHOD: pigeon"]), "answers-refused"),
            (LabTemplate(name: "fails", bootArguments: ["lab.fault=fail"]), "installer-failed"),
            (
                LabTemplate(name: "hangs", bootArguments: ["lab.fault=hang"], deadlines: "{ stall: 30s }"),
                "stalled"
            ),
            (LabTemplate(name: "reboots", bootArguments: ["lab.fault=reboot-loop"]), "ended-unfinished"),
        ])
        func namesTheCauseAndKeepsWhatShowsIt(template: LabTemplate, cause: String) async throws {
            let lab = try #require(Lab.current)
            var project = try lab.project([template.name: template.text])
            project.state = project.root.appending("state")
            let ending = try await lab.turn { [project] in
                try await project.factory("build", template.name).run()
            }
            #expect(ending.status == 1)
            #expect(ending.talk.contains("[\(cause)]"), "\(ending.talk)")
            #expect(ending.talk.contains("next: "))
            try expectBundle(of: project, cause: cause, hasScreen: cause != "ended-unfinished")
            try project.expectNothingLeft()
            #expect(project.releases(of: template.name).isEmpty)
        }

        @Test func endsInTheInstallersRefusalOfAnotherDistribution() async throws {
            let lab = try #require(Lab.current)
            var project = try lab.project(["golden-centos9": try lab.shippedTemplate("golden-centos9")])
            project.state = project.root.appending("state")
            let iso = try await lab.iso()
            let ending = try await lab.turn { [project] in
                try await project.factory("build", "golden-centos9", "--iso", iso.string).run()
            }
            #expect(ending.status == 1)
            #expect(ending.talk.contains("[answers-refused]"), "\(ending.talk)")
            #expect(ending.talk.contains("Debian 13"))
            try project.expectNothingLeft()
        }

        @Test func saysThatTheMachineWasKilledFromOutside() async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(name: "killed")
            var project = try lab.project([template.name: template.text])
            project.state = project.root.appending("state")
            let ending = try await lab.turn { [project] in
                try await project.factory("build", template.name).run { line, _ in
                    guard line.contains("install-system: booting"), let record = try? project.records().last else {
                        return
                    }
                    Task {
                        // What the firmware writes shows that the machine runs.
                        let console = project.state.appending("runs/\(record.id)/logs/console-install.log")
                        let process = try await poll(every: .milliseconds(100), deadline: .seconds(60), for: "QEMU") {
                            (try? console.fileSize()) ?? ByteCount(0) > ByteCount(0)
                                ? machineProcess(of: record, role: "install") : nil
                        }
                        kill(process, SIGKILL)
                    }
                }
            }
            #expect(ending.status == 1)
            #expect(ending.talk.contains("[machine-killed]"), "\(ending.talk)")
            try project.expectNothingLeft()
        }

        @Test func refusesAnISOWithAnotherDigestBeforeAnythingStarts() async throws {
            let lab = try #require(Lab.current)
            let iso = try await lab.iso()
            let digest = String(repeating: "0", count: 64)
            var template = LabTemplate(name: "wrong-digest")
            template.iso = "{ path: \(iso), sha256: \(digest) }"
            template.disk = "30GiB"
            var project = try lab.project([template.name: template.text])
            project.state = project.root.appending("state")
            let ending = try await project.factory("build", template.name).run()
            #expect(ending.status == 1)
            #expect(ending.talk.contains("is not the ISO that the template names"), "\(ending.talk)")
            try project.expectNothingLeft()
        }

        @Test func saysThatTheHostsDiskIsFull() async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(name: "disk-full")
            var project = try lab.project([template.name: template.text])
            project.state = project.root.appending("state")
            try await SmallDisk.with(at: project.state, size: .mebibytes(700)) { [project] disk in
                // There is room when the build begins, and then somebody else takes most of it.
                let ending = try await lab.turn {
                    try await project.factory("build", template.name).run { line, _ in
                        if line.hasPrefix("install-system: booting") { try? disk.fill(leaving: .mebibytes(200)) }
                    }
                }
                #expect(ending.status == 1)
                #expect(ending.talk.contains("[host-disk-full]"), "\(ending.talk)")
                try project.expectNothingLeft()
            }
        }
    }
}

/// Expects the bundle of the project's newest run to show the cause, the console, the machine and, if it still ran, its
/// screen.
func expectBundle(of project: Project, cause: String, hasScreen: Bool) throws {
    let bundle = try #require(project.runs.last).appending("bundle")
    #expect(try bundle.appending("cause.txt").readText().contains("[\(cause)]"))
    #expect(try bundle.appending("domain.xml").readText().contains("<domain"))
    #expect(try bundle.appending("console-tail.txt").fileSize() > ByteCount(100))
    let screen = bundle.appending("screen.png")
    #expect(try !hasScreen || screen.readBytes().starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(try bundle.appending("qemu.log").readText().contains("qemu-system"))
}
