import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    @Suite(.timeLimit(.minutes(60)))
    struct FullDiskTests {
        /// One build whose disk is full in every stage; each time it says so, leaves nothing, and goes on from there.
        @Test func saysSoAndGoesOnWhateverStageFindsTheDiskFull() async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(
                name: "full-disk",
                provision: ["run: { commands: \"dd if=/dev/urandom of=/root/file bs=1M count=64\" }"],
                tests: [
                    "{ name: it is up, run: \"dd if=/dev/urandom of=/var/tmp/file bs=1M count=64\", timeout: 10min }"
                ])
            var project = try lab.project([template.name: template.text])
            project.state = project.root.appending("disk/state")
            project.output = project.root.appending("disk/output")
            var history = BuildHistory(of: project)
            try await SmallDisk.with(at: project.root.appending("disk"), size: .gibibytes(4)) { [project] disk in
                for (line, rest) in [
                    ("check-host: started", 0), ("fetch-iso: started", 0), ("install-system: booting", 64 << 20),
                    ("provision: booting", 8 << 20), ("seal: started", 0), ("prove-seal: started", 1 << 20),
                    ("reclaim-space: started", 64 << 10), ("take-inventory: started", 0),
                    ("convert-image: writing", 16 << 20), ("verify-images: started", 0), ("boot-images: started", 0),
                    // Publishing, which is over before anybody can react to its beginning, finds no room then.
                    ("attest: started", 0),
                ] as [(String, Int64)] {
                    let ending = try await project.factory("build", template.name).run { text, _ in
                        if text.hasPrefix(line) { try? disk.fill(leaving: ByteCount(rest)) }
                    }
                    print("\(line): ended with \(ending.status)\n\(ending.talk.suffix(600))")
                    #expect(ending.status != 0, "\(line)")
                    #expect(ending.talk.contains("disk-full") || ending.talk.contains("space"), "\(ending.talk)")
                    try disk.clear()
                    let next = try await project.factory("build", template.name, "--until", "fetch-iso").run()
                    #expect(next.status == 0, "\(next.talk)")
                    try project.expectNothingLeft("\(line)")
                    #expect(try await history.problems() == [], "\(line)")
                }
                let ending = try await project.factory("build", template.name).run()
                #expect(ending.status == 0, "\(ending.talk)")
                #expect(try await history.problems() == [])
                try await lab.expectGood(try #require(project.releases(of: template.name).first))
            }
        }
    }
}
