package import Attestation

/// Tags of a series that follow one another by `Previous`: the placements of a channel, the approvals, the revocations.
package struct LedgerChain: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What the chain is of.
    package enum Kind: Sendable, Hashable, Codable {
        /// The placements of a channel.
        case channel(Channel)
        /// The approvals, of whichever channel.
        case approvals
        /// The revocations.
        case revocations
    }

    /// The series.
    package let series: String
    /// What it is of.
    package let kind: Kind

    /// A chain.
    package init(series: String, kind: Kind) {
        self.series = series
        self.kind = kind
    }

    /// The chain that a tag of that name is in; nil for a request, which is in none.
    package init?(of name: TagName) {
        switch name.claim {
        case .request: return nil
        case .placement(let channel, _): self.init(series: name.series, kind: .channel(channel))
        case .approval: self.init(series: name.series, kind: .approvals)
        case .revocation: self.init(series: name.series, kind: .revocations)
        }
    }

    /// Reads a chain's description; nil for another text.
    init?(_ text: String) {
        guard let slash = text.lastIndex(of: "/"), slash != text.startIndex else { return nil }
        let word = String(text[text.index(after: slash)...])
        let kind: Kind
        switch (word, Channel(rawValue: word)) {
        case ("approvals", _): kind = .approvals
        case ("revocations", _): kind = .revocations
        case (_, let channel?): kind = .channel(channel)
        default: return nil
        }
        self.init(series: String(text[..<slash]), kind: kind)
    }

    /// The chains of a series.
    package static func all(of series: String) -> [LedgerChain] {
        (Channel.allCases.map { .channel($0) } + [.approvals, .revocations]).map {
            LedgerChain(series: series, kind: $0)
        }
    }

    /// The ref that is the chain's lock: a tag is pushed together with it, and only if it still has its old value.
    package var lockRef: String { "refs/imagefactory/\(self)" }

    package var description: String {
        switch kind {
        case .channel(let channel): "\(series)/\(channel.rawValue)"
        case .approvals: "\(series)/approvals"
        case .revocations: "\(series)/revocations"
        }
    }
}
