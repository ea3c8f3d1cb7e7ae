/// How metrics are written for those who collect them.
///
/// The first is [Prometheus' text format](https://prometheus.io/docs/instrumenting/exposition_formats/), the second
/// [OpenMetrics](https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md).
package enum ExpositionFormat: String, Sendable, CaseIterable {
    /// Prometheus' text, version 0.0.4.
    case prometheus
    /// OpenMetrics' text, version 1.0.0.
    case openMetrics = "openmetrics"

    /// The media type of a document.
    package var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// A document with some families, each name once; a family without samples is left out.
    package func document(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty {
            text += head(of: family)
            for sample in family.samples {
                text += "\(family.name)\(sample.suffix)\(Self.labels(sample.labels)) \(sample.value)\n"
            }
        }
        return self == .openMetrics ? text + "# EOF\n" : text
    }

    /// What the format tells of a family. Prometheus' text knows no facts, and names a family as its samples are named.
    private func head(of family: MetricFamily) -> String {
        var name = family.name
        var kind = family.kind
        if self == .prometheus, [.counter, .info].contains(kind) {
            name += family.samples[0].suffix
            if kind == .info { kind = .gauge }
        }
        let unit = self == .openMetrics ? family.unit.map { "# UNIT \(name) \($0)\n" } : nil
        return "# HELP \(name) \(family.help)\n# TYPE \(name) \(kind.rawValue)\n\(unit ?? "")"
    }

    private static func labels(_ labels: [MetricFamily.Label]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { "\\\"\n".utf8.contains($0) }) else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
