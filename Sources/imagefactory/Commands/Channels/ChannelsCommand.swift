internal import ArgumentParser
internal import Promotion

/// `imagefactory channels`: what is where.
struct ChannelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channels", abstract: "Shows what each channel holds, and checks the tags that say so.",
        subcommands: [ChannelsList.self, ChannelsVerify.self], defaultSubcommand: ChannelsList.self)

    /// Says what a reader of channels must know beside them.
    static func warn(of reading: LedgerReading) {
        if reading.isUnsigned { Talk.warn(Self.unsigned) }
        let count = reading.problems.count
        guard count > 0 else { return }
        Talk.warn(
            "\(count) \(count == 1 ? "tag or chain is" : "tags or chains are") refused; "
                + "'imagefactory channels verify' says why")
    }

    /// What is said of a ledger that ``LedgerReading/isUnsigned``.
    static let unsigned =
        "nobody vouches for these tags: the commit that is checked out has no "
        + "\(SignerFiles.folder)/\(SignerFiles.allowedName), so that no signature is asked for"
}
