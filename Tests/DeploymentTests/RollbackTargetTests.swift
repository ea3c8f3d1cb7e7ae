import HostSystem
import Testing

@testable import Deployment

/// Where a fleet goes back to.
struct RollbackTargetTests {
    private let previous = PreviousRelease(template: "old-web", version: "v1.0.0", release: .of("release"))

    @Test func isTheReleaseBeforeThoughItsTemplateHasAnotherName() throws {
        let target = try #require(RollbackTarget(nil, of: "web", before: previous))
        #expect(target.template == "old-web" && target.version == "v1.0.0")
    }

    @Test func isTheVersionThatSomebodyNames() throws {
        let target = try #require(RollbackTarget("v0.9.0", of: "web", before: previous))
        #expect(target.template == "web" && target.version == "v0.9.0")
    }

    @Test func isNothingWhereNobodyKnows() {
        #expect(RollbackTarget(nil, of: "web", before: nil) == nil)
    }
}
