internal import ArgumentParser
internal import Attestation
internal import Deployment
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// `imagefactory reconcile`: fleets as files in git want them.
struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings fleets to what files in a folder or a git repository want, and keeps them so.",
        discussion: """
            DIR holds a file for each fleet, NAME.yaml; of a repository it is the folder fleets/. What is different is \
            brought there: another release in a channel, another count, a machine that somebody stopped, changed or removed. \
            Without --interval it makes one pass.

            A release that a fleet went back from is not tried again until the file or the channel names another, or \
            --retry is given. One fleet or host that fails stops no other; the exit code is 1 then.
            """)

    @Argument(help: "The folder, or the repository's address.")
    var source: String

    @Option(help: "Make a pass this often, until interrupted: 60s, 5min.")
    var interval: Age?

    @Flag(help: "Print what is different and what would be done, and change nothing.")
    var dryRun = false

    @Flag(help: "Try again what fleets went back from.")
    var retry = false

    @Option(help: "A file of allowed signers, as ssh-keygen has it; the commit must be signed by one of them.")
    var signers: String?

    @Flag(help: "First fetch the tags and the locks of the channels from the remote, in each pass.")
    var fetch = false

    @OptionGroup var trust: TrustOptions
    @OptionGroup var global: GlobalOptions

    /// The longest wait after passes that failed, in intervals.
    private static let longestBackoff = 16

    func run() async throws {
        guard let interval else {
            guard try await pass() else { throw ExitCode(ExitStatus.failed.rawValue) }
            return
        }
        var wait = 1
        while true {
            var isGood = false
            do {
                isGood = try await pass()
            } catch let error as CancellationError {
                throw error
            } catch {
                Talk.warn("this pass failed: \(TerminalText.plain("\(error)"))")
            }
            wait = isGood ? 1 : min(Self.longestBackoff, wait * 2)
            try await ContinuousClock().sleep(for: interval.time * wait)
        }
    }

    /// Makes a pass.
    ///
    /// - Returns: Whether all went well.
    private func pass() async throws -> Bool {
        let state = try global.state()
        let folder = try await FleetSource(source).refresh(
            cache: state.cache.appending("fleets"), signers: signers.map { FilePath($0) })
        let fleets = try FleetFileReader.fleets(in: folder)
        var results: [FleetResult] = []
        try await DeployDesk(trust: trust, fetches: fetch).withSelection(global) { selection in
            var reconciliation = Reconciliation(
                fleets, hosts: { try await KVMHostOptions.open($0) },
                executors: { try await .choose($0, on: $1) }, images: { try await selection.image($0, $1) })
            reconciliation.isDryRun = dryRun
            reconciliation.retriesRefused = retry
            reconciliation.lock = { try await KVMHostOptions.lock($0, $1, state) }
            results = try await reconciliation.run()
        }
        try print(results)
        return !results.contains(where: \.isBad)
    }

    private func print(_ results: [FleetResult]) throws {
        guard global.format == .text else { return try Talk.result(json: results) }
        for result in results where result.outcome != .unchanged {
            let version = result.version.map { " \($0)" } ?? ""
            Talk.result(TerminalText.plain("\(result.fleet)\(version): \(result.word)"))
            for line in result.details + [result.reason].compactMap(\.self) {
                Talk.result(TerminalText.plain("  \(line)"))
            }
        }
        let unchanged = results.count { $0.outcome == .unchanged }
        Talk.say("\(results.count) fleets, \(unchanged) unchanged")
    }
}
