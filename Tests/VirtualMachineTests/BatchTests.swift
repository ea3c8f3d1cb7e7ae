import HostSystem
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension VirtualMachineTests {
    /// Several builds by one command.
    struct BatchTests {
        @Test func buildsSeveralTemplatesAndLetsOneFailureEndNoOther() async throws {
            let lab = try #require(Lab.current)
            let good = LabTemplate(name: "one", provision: ["run: { commands: \"true\" }"])
            let bad = LabTemplate(name: "two", provision: ["run: { commands: exit 9 }"])
            let project = try lab.project([good.name: good.text, bad.name: bad.text])
            let ending = try await lab.turn {
                try await project.factory("build", "two", "one", "--jobs", "2").run()
            }
            #expect(ending.status == 1, "\(ending.talk)")
            #expect(
                ending.talk.contains("error: two: provision:") && ending.talk.contains("it exited with 9"),
                "\(ending.talk)")
            let release = try #require(project.releases(of: "one").first, "\(ending.talk)")
            #expect(ending.output == "\(release)\n")
            #expect(project.releases(of: "two").isEmpty)
            #expect(try project.records().count.isMultiple(of: 2))
            try project.expectNothingLeft()
        }
    }
}
