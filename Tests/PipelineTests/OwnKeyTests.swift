import HostSystem
import Testing

@testable import Pipeline

struct OwnKeyTests {
    /// A generated password is derived from the installation's key: during the installation and ever after.
    @Test func stageSeesItsOwnKeyAsLaterStagesDo() async throws {
        let folder = try TestFolder()
        let workshop = Workshop()
        try await folder.build(workshop)
        let own = try #require(workshop.work(of: "install")?.keys.byStage["install"])
        #expect(workshop.work(of: "boot")?.keys.byStage["install"] == own)
        #expect(workshop.work(of: "publish")?.keys.byStage["install"] == own)
        #expect(workshop.work(of: "install")?.keys.byStage["configure"] == nil)
    }

    @Test func resumedBuildHasTheKeysOfTheStoredStages() async throws {
        let folder = try TestFolder()
        let workshop = Workshop()
        try await folder.build(workshop)
        let own = try #require(workshop.work(of: "install")?.keys.byStage["install"])
        workshop.setOption(of: "configure", to: "changed")
        try await folder.build(workshop)
        #expect(workshop.ran().filter { $0 == "install" }.count == 1)
        #expect(workshop.work(of: "boot")?.keys.byStage["install"] == own)
    }
}
