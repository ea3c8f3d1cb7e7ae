internal import Foundation
internal import GuestAgent
internal import HostSystem
package import Machines
package import Pipeline
package import SystemPackage

/// Removes what makes the installed system this one system: identities, secrets, logs and the build's own traces.
///
/// Stopping a system creates some of that again, so the last removals are done by a unit at the end of the shutdown,
/// which removes itself too. There is no boot between the seal and the capture of the disk.
package struct Seal: GuestStage {
    package static let name = "seal"
    package static let summary =
        "remove identities, secrets, logs and the build's traces, at the last from the shutdown"
    package static let revision = 1

    /// The deadline of all operations that are done before the shutdown.
    private static let deadline: Duration = .seconds(10 * 60)

    let operations: [SealOperation]
    let account: SealedAccount

    /// The seal of `template`.
    ///
    /// - Throws: ``SealCatalogError`` for a profile or an operation that there is not.
    package init(template: Template) throws {
        operations = try SealCatalog.operations(for: template.seal)
        account = SealedAccount(answers: template.answers)
    }

    package func ingredients() async throws -> Ingredients? {
        struct Options: Encodable {
            let operations: [SealOperation]
            let account: SealedAccount
            let scripts: [String]
        }
        return try Ingredients(
            options: Options(
                operations: operations, account: account,
                scripts: [RunningSeal(operations, account: account).script, LateSeal(operations).script]))
    }

    package func run(in guest: Guest, _ work: StageWork) async throws {
        try await IdentityRecord.take(by: guest.agent).save(in: work.folder)
        let log = try StepLog(work.run.log(of: Self.name), redactor: guest.machine.redactor)
        let start = ContinuousClock.now
        var running = RunningSeal(operations, account: account)
        let result = try await guest.agent.runDetached(
            DetachedScript(Array(running.script.utf8)), deadline: Self.deadline
        ) { output in
            log.add(output)
            for name in running.begun(in: output) {
                work.report(name)
                guest.machine.note("the seal's operation '\(name)'")
            }
        }
        guard result.succeeded else {
            let tail = log.lastLines(200)
            let failure = SealError(operation: running.failed(in: tail) ?? "running", output: tail.suffix(8))
            let state = await GuestState.ask(guest.agent, since: .now - start)
            throw OutputSigns(guest: state).failure(in: tail.suffix(40), evidence: [failure.title]) ?? failure
        }
        try await LateSeal(operations).arm(in: guest)
        try SealReport(operations: operations).write(to: work.folder.appending(SealReport.fileName))
    }

    package func confirm(console: FilePath) throws {
        try LateSeal(operations).confirm(try console.readTail(256 << 10))
    }
}

/// A seal operation that failed.
package struct SealError: Error, CustomStringConvertible {
    /// The operation's name.
    package let operation: String
    /// What it printed, or what shows that it failed.
    package let output: [String]

    /// Which operation failed.
    package var title: String { "the seal's operation '\(operation)' failed; the disk is not sealed" }

    package var description: String {
        ([title] + output.map { "  > \($0)" }).joined(separator: "\n")
    }
}

/// What was removed, for the release's evidence.
struct SealReport: Encodable {
    static let fileName = "seal-report.json"

    struct Entry: Encodable {
        let name: String
        let summary: String
        let moment: SealOperation.Moment
    }

    let operations: [Entry]

    init(operations: [SealOperation]) {
        self.operations = operations.map { Entry(name: $0.name, summary: $0.summary, moment: $0.moment) }
    }

    func write(to path: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try path.write(try encoder.encode(self))
    }
}
