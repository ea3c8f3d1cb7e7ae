import HostSystem
import Testing
import VirtualMachineTestSupport

extension LongTests {
    @Suite(.timeLimit(.minutes(60)))
    struct FullOutputTests {
        /// A release that cannot be written costs nothing that was built.
        @Test func publishesOnceThereIsRoomForTheRelease() async throws {
            let lab = try #require(Lab.current)
            let template = LabTemplate(name: "full-output")
            let project = try lab.project([template.name: template.text])
            try await SmallDisk.with(at: project.output, size: .gibibytes(1)) { disk in
                let ending = try await lab.turn {
                    try await project.factory("build", template.name).run { line, _ in
                        // Once the room was looked at; publishing is over before anybody can react to its beginning.
                        if line.hasPrefix("check-host: done") { try? disk.fill(leaving: .mebibytes(1)) }
                    }
                }
                #expect(ending.status == 1)
                #expect(ending.talk.contains("No space left") || ending.talk.contains("disk-full"), "\(ending.talk)")
                try project.expectNothingLeft()
                #expect(project.releases(of: template.name) == [])
                try disk.clear()
                let next = try await project.factory("build", template.name).run()
                #expect(next.status == 0 && next.talk.contains("convert-image: stored"), "\(next.talk)")
                try await lab.expectGood(try #require(project.releases(of: template.name).first))
            }
        }
    }
}
