internal import GuestAgent
internal import HostSystem
package import Machines
package import Pipeline
package import SystemPackage

/// Removes what makes the installed system this one system: identities, secrets, logs and the build's own traces.
///
/// Stopping a system creates some of that again, so the last removals are done at the end of the shutdown. There is no boot
/// between the seal and the capture of the disk.
package struct Seal: GuestStage {
    package static let name = "seal"
    package static let summary =
        "remove identities, secrets, logs and the build's traces, at the last from the shutdown"
    package static let revision = 2

    /// The deadline of all operations that are done before the shutdown.
    private static let deadline: Duration = .seconds(10 * 60)

    let operations: [SealOperation]
    let account: SealedAccount
    private let isProven: Bool

    /// The seal of `template`.
    ///
    /// - Parameter isProven: Whether clones are compared with the system as it was before.
    /// - Throws: ``SealCatalogError`` for a profile or an operation that there is not.
    package init(template: Template, isProven: Bool = true) throws {
        operations = try SealCatalog.operations(for: template.seal)
        account = SealedAccount(answers: template.answers)
        self.isProven = isProven
    }

    package func ingredients() async throws -> Ingredients? {
        struct Options: Encodable {
            let operations: [SealOperation]
            let account: SealedAccount
            let scripts: [String]
            let isProven: Bool
        }
        return try Ingredients(
            options: Options(
                operations: operations, account: account,
                scripts: [
                    RunningSeal(operations, account: account).script, LateSeal(operations, account: account).script,
                ], isProven: isProven))
    }

    package func run(in guest: Guest, _ work: StageWork) async throws {
        if isProven { try await IdentityRecord.take(by: guest.agent).save(in: work.folder) }
        let log = try StepLog(work.run.log(of: Self.name), redactor: guest.machine.redactor)
        let start = ContinuousClock.now
        work.report("removing what is this system's own")
        var running = RunningSeal(operations, account: account)
        let result = try await guest.agent.runDetached(
            DetachedScript(Array(running.script.utf8)), deadline: Self.deadline
        ) { output in
            log.add(output)
            for name in running.begun(in: output) { guest.machine.note("the seal's operation '\(name)'") }
        }
        do throws(SealError) {
            try running.confirm(output: log.lastLines(8))
            guard result.succeeded else { throw SealError(operation: "running", output: log.lastLines(8)) }
        } catch {
            let state = await GuestState.ask(guest.agent, since: .now - start)
            throw OutputSigns(guest: state).failure(in: log.lastLines(40), evidence: [error.title]) ?? error
        }
        let report = SealReport(
            operations, in: .guest, telling: running.telling, shown: { guest.machine.redactor.text($0) })
        for entry in report.operations where entry.outcome == .done {
            work.report("\(entry.name) (\(entry.did.count + entry.more))")
        }
        try report.save(in: work.folder)
        try await LateSeal(operations, account: account).arm(in: guest)
    }

    package func confirm(console: FilePath, _ work: StageWork) throws {
        let told = try LateSeal(operations, account: account).confirm(try console.readTail(256 << 10))
        let late = SealReport(operations.filter { $0.moment == .shutdown }, in: .guest, telling: told)
        let report = try SealReport.load(from: work.folder).completed(by: late)
        try report.save(in: work.folder)
        work.report(report.title)
    }
}
