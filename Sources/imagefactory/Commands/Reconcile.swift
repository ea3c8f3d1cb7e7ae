internal import ArgumentParser
internal import Attestation
internal import Deployment
internal import HostSystem
internal import MetricsServer
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

    @Flag(
        help:
            "Before each pass, move the version of files with 'follow: CHANNEL' to what the channel holds, by a commit."
    )
    var writePins = false

    @Option(help: "A file of allowed signers, as ssh-keygen has it; the commit must be signed by one of them.")
    var signers: String?

    @Flag(help: "First fetch the tags and the locks of the channels from the remote, in each pass.")
    var fetch = false

    @Option(
        help: "With --interval, serve GET /metrics at this address: 127.0.0.1:9812, [::1]:9812; port 0 is a free one.")
    var listen: ListenAddress?

    @Option(help: "After each pass write Prometheus' text to this file, NAME.prom, for node_exporter.")
    var textfile: String?

    @OptionGroup var trust: TrustOptions
    @OptionGroup var global: GlobalOptions

    /// The longest wait after passes that failed, in intervals.
    private static let longestBackoff = 16

    func validate() throws {
        guard listen == nil || interval != nil else { throw ValidationError("--listen goes with --interval.") }
        guard textfile?.hasSuffix(".prom") ?? true else {
            throw ValidationError("--textfile takes a name that ends in .prom; node_exporter reads no other.")
        }
    }

    func run() async throws {
        let monitor = ReconcileMonitor(textfile: textfile.map { FilePath($0) })
        guard let interval else {
            guard try await pass(monitor) else { throw ExitCode(ExitStatus.failed.rawValue) }
            return
        }
        guard let listen else { return try await loop(every: interval.time, monitor) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await monitor.serve(at: listen) }
            group.addTask { try await loop(every: interval.time, monitor) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func loop(every interval: Duration, _ monitor: ReconcileMonitor) async throws {
        var wait = 1
        while true {
            var isGood = false
            do {
                isGood = try await pass(monitor)
            } catch let error as CancellationError {
                throw error
            } catch {
                Talk.warn("this pass failed: \(TerminalText.plain("\(error)"))")
            }
            wait = isGood ? 1 : min(Self.longestBackoff, wait * 2)
            try await ContinuousClock().sleep(for: interval * wait)
        }
    }

    /// Makes a pass.
    ///
    /// - Returns: Whether all went well.
    private func pass(_ monitor: ReconcileMonitor) async throws -> Bool {
        let results = try await monitor.watch { try await reconcile() }
        try FleetResultReport.print(results, global.format)
        return !results.contains(where: \.isBad)
    }

    private func reconcile() async throws -> [FleetResult] {
        let state = try global.state()
        let place = FleetSource(source)
        let (cache, signers) = (state.cache.appending("fleets"), signers.map { FilePath($0) })
        return try await place.withFolder(cache: cache, signers: signers) { folder in
            var results: [FleetResult] = []
            try await DeployDesk(trust: trust, fetches: fetch).withSelection(global) { selection in
                var fleets = try FleetFileReader.fleets(in: folder)
                if writePins { (fleets, results) = try await movePins(of: fleets, in: folder, place, selection) }
                var reconciliation = Reconciliation(
                    fleets, hosts: { try await KVMHostOptions.open($0) },
                    executors: { try await .choose($0, on: $1) }, images: { try await selection.image($0, $1) })
                reconciliation.isDryRun = dryRun
                reconciliation.retriesRefused = retry
                reconciliation.lock = { try await KVMHostOptions.lock($0, $1, state) }
                results += try await reconciliation.run()
            }
            return results.sorted { $0.fleet < $1.fleet }
        }
    }

    /// Moves versions that follow channels.
    ///
    /// - Returns: The fleets as their files have them then, and those that failed, which are not among them.
    private func movePins(
        of fleets: [FleetFile], in folder: FilePath, _ place: FleetSource, _ selection: NamedSelection
    ) async throws -> (fleets: [FleetFile], failed: [FleetResult]) {
        var (moves, failed) = try await FleetPin.moves(of: fleets) { template, source in
            try await selection.image(template, source).image.version
        }
        for move in moves { Talk.say("\(dryRun ? "would move " : "")\(move)") }
        if !dryRun, !moves.isEmpty, let error = try await write(moves, in: folder, place) {
            let moved = Set(moves.map(\.fleet))
            failed += fleets.filter { moved.contains($0.order.name) }.map { FleetResult($0, .failed("\(error)")) }
        }
        let names = Set(failed.map(\.fleet))
        return (try FleetFileReader.fleets(in: folder).filter { !names.contains($0.order.name) }, failed)
    }

    /// Writes and commits moves; gives what went wrong, in which case nothing is changed.
    private func write(
        _ moves: [FleetPin.Move], in folder: FilePath, _ place: FleetSource
    ) async throws -> (any Error)? {
        let message = "Fleets: Move pins\n\n" + moves.map { "\($0)\n" }.joined()
        do {
            try await FleetPin.write(moves, in: folder) {
                try await place.commit(moves.map(\.file), in: folder, message: message, isSigned: signers != nil)
            }
            return nil
        } catch let error as CancellationError {
            throw error
        } catch {
            return error
        }
    }
}
