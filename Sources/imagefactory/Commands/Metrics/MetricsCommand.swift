internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import Logging
internal import MetricsServer
internal import Pipeline
internal import Promotion
internal import SystemPackage

/// `imagefactory metrics`: how often releases reach a channel, how fast, and how many fail.
struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Computes DORA's delivery metrics from the tags alone: a table, JSON, or metrics for Prometheus.",
        discussion: """
            A deployment is a placement in the channel, a rollback included. It failed if a rollback undid it, or if its \
            release was revoked before the next one took its place. It was made good by the next deployment that did not \
            fail. Rework is a rollback, or a placement whose reason begins with the word 'hotfix'. A change is a commit that \
            a release was the first to hold. What nothing tells is '-', and never 0.

            --listen serves GET /metrics without encryption and without asking who is there: name an address that only \
            your own collector reaches.
            """)

    @Argument(help: "A template or a series; without it, all of them.")
    var name: String?

    @Option(help: "The channel: dev, staging or prod (default: prod; with metrics for Prometheus, all of them).")
    var channel: Channel?

    @Option(help: "How far back the table and the JSON look: 12h, 90d (default: 28d).")
    var since: Age?

    @Flag(help: "Print all that was ever counted, as Prometheus' text or as OpenMetrics.")
    var exposition: ExpositionFormat?

    @Option(help: "Write Prometheus' text to this file, NAME.prom, for node_exporter's textfile collector.")
    var textfile: String?

    @Option(
        help: "Serve GET /metrics at this address until interrupted: 127.0.0.1:9811, [::1]:9811; port 0 is a free one.")
    var listen: ListenAddress?

    @Option(help: "With --listen, how often the tags are read anew at most (default: 15s).")
    var every: Age?

    @OptionGroup var ledger: LedgerOptions

    func validate() throws {
        let isJSON = ledger.global.format == .json
        let outputs = [exposition != nil, textfile != nil, listen != nil, isJSON].count(where: \.self)
        guard outputs < 2 else {
            throw ValidationError("Give one of --format json, --prometheus, --openmetrics, --textfile and --listen.")
        }
        guard since == nil || outputs == 0 || isJSON else {
            throw ValidationError(
                "--since is for the table and the JSON: metrics for Prometheus count from the first tag.")
        }
        guard every == nil || listen != nil else { throw ValidationError("--every goes with --listen.") }
        guard textfile?.hasSuffix(".prom") ?? true else {
            throw ValidationError("--textfile takes a name that ends in .prom; node_exporter reads no other.")
        }
    }

    func run() async throws {
        let source = MetricsSource(name: name, channel: channel, ledger: ledger)
        if let listen { return try await serve(source, at: listen) }
        let state = try await source.read()
        state.warn()
        if let exposition {
            Talk.result(String(exposition.document(state.snapshot.families).dropLast()))
        } else if let textfile {
            try write(ExpositionFormat.prometheus.document(state.snapshot.families), to: FilePath(textfile))
        } else {
            let report = MetricsReport(state, channel: channel ?? .prod, window: since?.time ?? .seconds(28 * 86400))
            guard ledger.global.format == .text else { return try Talk.result(json: report) }
            guard !report.series.isEmpty else { return Talk.say("no channel holds anything yet") }
            for line in report.lines { Talk.result(line) }
        }
    }

    private func write(_ text: String, to path: FilePath) throws {
        do {
            try path.writeAtomically(text.utf8)
        } catch let error as Errno {
            throw TextfileError(path: path, reason: error)
        }
    }

    private func serve(_ source: MetricsSource, at address: ListenAddress) async throws {
        let state = RecentValue(for: every?.time ?? .seconds(15)) {
            do {
                return try await source.read()
            } catch {
                Talk.warn("the tags cannot be read: \(TerminalText.plain("\(error)"))")
                throw error
            }
        }
        let logger = Logger(label: "imagefactory") { _ in SwiftLogNoOpLogHandler() }
        let server = MetricsServer(address: address, logger: logger) { accept in
            let format = ExpositionFormat(accepting: accept)
            return MetricsPage(
                contentType: format.contentType, text: format.document(try await state.get().snapshot.families))
        }
        try await server.run { Talk.say("serving http://\($0)/metrics") }
        Talk.say("stopped")
    }
}

extension ExpositionFormat: EnumerableFlag {
    static func name(for format: ExpositionFormat) -> NameSpecification { .customLong(format.rawValue) }
}

extension ListenAddress: ExpressibleByArgument {
    init?(argument: String) { self.init(parsing: argument) }
}

/// A file of metrics that cannot be written.
struct TextfileError: Error, CustomStringConvertible {
    /// The file.
    let path: FilePath
    /// Why.
    let reason: Errno

    var description: String { "\(path) cannot be written: \(reason); name a file in a folder that is there" }
}
