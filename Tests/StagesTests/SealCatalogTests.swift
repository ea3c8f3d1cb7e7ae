import HostSystem
import Pipeline
import Testing

@testable import Stages

struct SealCatalogTests {
    @Test func sealsEverythingByDefault() async throws {
        try await TestProject.with { project in
            let operations = try SealCatalog.operations(for: project.template().seal)
            #expect(operations.map(\.name) == SealCatalog.operations.map(\.name))
            #expect(operations.count >= 14)
        }
    }

    @Test func leavesOutWhatIsKept() async throws {
        try await TestProject.with { project in
            let template = try project.template(
                "seal: { profile: standard, keep: [history, logs], add: [mail-and-crashes] }")
            let names = try SealCatalog.operations(for: template.seal).map(\.name)
            #expect(names == SealCatalog.operations.map(\.name).filter { $0 != "history" && $0 != "logs" })
        }
    }

    @Test(arguments: [
        ("seal: { profile: strict }", "templates/web.yaml:9:18: the seal has no profile 'strict'; there are standard"),
        (
            "seal: { keep: [logs, hitsory] }",
            "templates/web.yaml:9:22: the seal has no operation 'hitsory'; there are cloud-init, "
        ),
        ("seal: { add: [swap] }", "templates/web.yaml:9:15: the seal has no operation 'swap'; there are cloud-init, "),
    ])
    func refusesWhatItDoesNotKnowWithItsPlace(section: String, message: String) async throws {
        try await TestProject.with { project in
            let template = try project.template(section)
            let error = #expect(throws: SealCatalogError.self) { try SealCatalog.operations(for: template.seal) }
            #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
        }
    }

    @Test func hasAWordForEachOperation() {
        let names = SealCatalog.operations.map(\.name)
        #expect(Set(names).count == names.count)
        for operation in SealCatalog.operations {
            #expect(operation.name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
            #expect(operation.summary.count > 10)
        }
    }

    @Test func doesWhatTheShutdownUndoesAtItsEnd() {
        let late = SealCatalog.operations.drop { $0.moment == .running }
        #expect(late.allSatisfy { $0.moment == .shutdown })
        #expect(Set(late.map(\.name)).isSuperset(of: ["machine-id", "random-seed", "leases", "logs"]))
    }

    @Test(arguments: SealCatalog.operations.map(\.name))
    func isShell(name: String) async throws {
        let operation = try #require(SealCatalog.operations.first { $0.name == name })
        try await checkSyntax(of: "set -u\n\(operation.script)\n")
        try await checkSyntax(of: "f () {\n\(operation.script)\n}\n")
    }

    /// Boot partitions are often mounted by an automount, which fails while it is stopped.
    @Test(arguments: SealCatalog.shutdownOperations.map(\.name))
    func keepsOffWhatIsBeingUnmounted(name: String) throws {
        let operation = try #require(SealCatalog.shutdownOperations.first { $0.name == name })
        #expect(!operation.script.contains("/boot") && !operation.script.contains("/efi"))
    }

    /// The late operations are functions of one script: an `exit` would end all of them.
    @Test(arguments: SealCatalog.shutdownOperations.map(\.name))
    func endsNoOtherOperation(name: String) throws {
        let operation = try #require(SealCatalog.shutdownOperations.first { $0.name == name })
        #expect(operation.script.firstMatch(of: /\bexit\b/) == nil)
        #expect(!operation.script.contains("set -e"))
    }
}
