internal import ArgumentParser
internal import HostSystem
internal import Promotion

/// `imagefactory channels verify`
struct ChannelsVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Checks every tag of the ledger, and says what is wrong with each.",
        discussion: """
            It looks at each tag's name, form, signature and time, at each chain of tags, and at what this host has seen of \
            the repository before. The exit code is 0 if all is good, and 65 if anything is not.
            """)

    @Argument(help: "A template or a series; without it, all of them.")
    var name: String?

    @OptionGroup var ledger: LedgerOptions

    func run() async throws {
        let reading = try await ledger.read(name)
        if ledger.global.format == .json {
            try Talk.result(json: reading.problems)
        } else {
            for problem in reading.problems { Talk.result(TerminalText.plain("\(problem) [\(problem.kind.rawValue)]")) }
        }
        guard reading.problems.isEmpty else { throw ExitCode(ExitStatus.evidence.rawValue) }
        ChannelsCommand.warn(of: reading)
        guard ledger.global.format == .text else { return }
        let tags = reading.series.reduce(0) { $0 + $1.count }
        Talk.result(
            "good: \(tags) tags of \(reading.series.count) series"
                + (reading.signers.areSignaturesRequired
                    ? ", each signed by an allowed signer" : ", vouched for by nobody"))
    }
}

extension SeriesLedger {
    /// How many tags are in it.
    fileprivate var count: Int {
        requests.count + channels.values.reduce(0) { $0 + $1.count } + approvals.count + revocations.count
    }
}
