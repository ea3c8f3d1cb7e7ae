extension ExpositionFormat {
    /// The longest wish that is read.
    private static let longestWish = 4096

    /// The format that answers a request best, by its header `Accept` (RFC 9110, 12.5.1).
    ///
    /// OpenMetrics is for those who name it, and like it no less than plain text; all others get the oldest format.
    package init(accepting header: String?) {
        self = .prometheus
        guard let header, header.utf8.count <= Self.longestWish else { return }
        var wishes: [ExpositionFormat: Double] = [:]
        for range in header.split(separator: ",") {
            guard let (format, quality) = Self.wish(range) else { continue }
            wishes[format] = max(wishes[format] ?? 0, quality)
        }
        guard let openMetrics = wishes[.openMetrics], openMetrics > 0 else { return }
        if openMetrics >= wishes[.prometheus] ?? 0 { self = .openMetrics }
    }

    /// Reads `TYPE; version=V; q=Q`; nil for what is no format of ours, or no quality.
    private static func wish(_ range: Substring) -> (ExpositionFormat, quality: Double)? {
        let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
        var version: String?
        var quality = 1.0
        for parameter in parts.dropFirst() {
            if parameter.hasPrefix("version=") { version = String(parameter.dropFirst(8)) }
            if parameter.hasPrefix("q=") {
                guard let number = Double(parameter.dropFirst(2)), (0...1).contains(number) else { return nil }
                quality = number
            }
        }
        switch (parts.first, version?.filter { $0 != "\"" }) {
        case ("application/openmetrics-text", nil), ("application/openmetrics-text", "1.0.0"):
            return (.openMetrics, quality)
        case ("text/plain", nil), ("text/plain", "0.0.4"): return (.prometheus, quality)
        default: return nil
        }
    }
}
