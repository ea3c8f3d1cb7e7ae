internal import HostSystem

extension Change<Int64> {
    /// Two sizes for people: `1.2 GiB -> 1.3 GiB (+100 MiB)`.
    var words: String {
        guard from != to else { return "\(ByteCount(to)), as before" }
        let (difference, overflow) = to.subtractingReportingOverflow(from)
        let told = overflow ? "" : " (\(difference < 0 ? "-" : "+")\(ByteCount(abs(difference))))"
        return "\(ByteCount(from)) -> \(ByteCount(to))\(told)"
    }
}

extension Change<Int64?> {
    /// Two sizes for people, either of which may be missing.
    var words: String {
        guard let from, let to else {
            return "\(from.map { "\(ByteCount($0))" } ?? "none") -> \(to.map { "\(ByteCount($0))" } ?? "none")"
        }
        return Change<Int64>(from: from, to: to).words
    }
}
