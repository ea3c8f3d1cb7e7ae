internal import Attestation

extension SeriesLedger {
    /// The newest placement of a version in whichever channel; nil for one that nobody placed.
    func anyPlacement(of version: String) -> Placement? {
        Channel.allCases.compactMap { channels[$0]?.last { $0.release.version == version } }.first
    }

    /// The name of the next placement of a version in a channel.
    func nextPlacement(of version: String, in channel: Channel) -> TagName {
        let turns = channels[channel]?.count { $0.release.version == version } ?? 0
        return TagName(series: series, version: version, claim: .placement(channel, turn: turns + 1))
    }

    /// The name of the next approval of a version for a channel.
    func nextApproval(of version: String, for channel: Channel) -> TagName {
        let count = approvals.count { $0.channel == channel && $0.release.version == version }
        return TagName(series: series, version: version, claim: .approval(channel, number: count + 1))
    }
}
