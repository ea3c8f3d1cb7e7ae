/// Samples of one name: what Prometheus and OpenMetrics call a metric family.
package struct MetricFamily: Sendable, Equatable {
    /// What its values are.
    package enum Kind: String, Sendable {
        /// A count that only grows.
        case counter
        /// A value of now.
        case gauge
        /// Counts of values up to bounds.
        case histogram
        /// A fact, which is in the labels; the value is 1.
        case info
    }

    /// One value.
    package struct Sample: Sendable, Equatable {
        /// What its name has after the family's: `_bucket`.
        package let suffix: String
        /// Its labels, in the order in which they are written.
        package let labels: [Label]
        /// The value.
        package let value: Int64
    }

    /// A label of a sample.
    package struct Label: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// Its value: any text.
        package let value: String

        /// A label.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The name, without what a counter's and a fact's samples have after it.
    package let name: String
    /// What its values are.
    package let kind: Kind
    /// The unit, which the name ends in; nil for what is counted.
    package let unit: String?
    /// What it is about, in one sentence of plain letters.
    package let help: String
    /// The samples; those of one histogram stand together.
    package private(set) var samples: [Sample] = []

    /// An empty family.
    package init(_ name: String, _ kind: Kind, unit: String? = nil, help: String) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
    }

    /// Adds a value of a counter, a gauge or a fact.
    package mutating func add(_ value: Int64, _ labels: [Label]) {
        let suffix =
            switch kind {
            case .counter: "_total"
            case .info: "_info"
            case .gauge, .histogram: ""
            }
        samples.append(Sample(suffix: suffix, labels: labels, value: value))
    }

    /// Adds a histogram.
    package mutating func add(_ histogram: TimeHistogram, _ labels: [Label]) {
        for bucket in histogram.buckets {
            samples.append(
                Sample(suffix: "_bucket", labels: labels + [Label("le", bucket.bound)], value: bucket.count))
        }
        samples.append(Sample(suffix: "_sum", labels: labels, value: histogram.sum))
        samples.append(Sample(suffix: "_count", labels: labels, value: histogram.count))
    }
}
