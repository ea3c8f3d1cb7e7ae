/// How many times are at most as long as each of some bounds.
package struct TimeHistogram: Sendable, Equatable {
    /// A bound of a histogram.
    package struct Bound: Sendable, Equatable {
        /// The longest time that it counts, in seconds.
        package let seconds: Int64
        /// The number as OpenMetrics wants it in a label, where `3600` and `3600.0` would be two.
        package let text: String
    }

    /// From an hour to a quarter of a year, for changes on their way.
    package static let leadTimeBounds = [
        hour, Bound(seconds: 14400, text: "14400.0"), day, twoDays, week,
        Bound(seconds: 1_209_600, text: "1.2096e+06"), month, Bound(seconds: 7_776_000, text: "7.776e+06"),
    ]
    /// From five minutes to a month, for repairs.
    package static let recoveryBounds = [
        Bound(seconds: 300, text: "300.0"), Bound(seconds: 900, text: "900.0"), hour,
        Bound(seconds: 14400, text: "14400.0"), day, twoDays, week, month,
    ]
    private static let hour = Bound(seconds: 3600, text: "3600.0")
    private static let day = Bound(seconds: 86400, text: "86400.0")
    private static let twoDays = Bound(seconds: 172_800, text: "172800.0")
    private static let week = Bound(seconds: 604_800, text: "604800.0")
    private static let month = Bound(seconds: 2_592_000, text: "2.592e+06")

    /// For each bound in rising order, and at last for no bound, how many times are at most as long.
    package let buckets: [(bound: String, count: Int64)]
    /// All times together, in seconds.
    package let sum: Int64
    /// How many times there are.
    package let count: Int64

    /// A histogram of some times.
    package init(of times: [Duration], bounds: [Bound]) {
        let seconds = times.map(\.components.seconds)
        count = Int64(seconds.count)
        sum = seconds.reduce(0, +)
        buckets =
            bounds.map { bound in (bound.text, Int64(seconds.count { $0 <= bound.seconds })) } + [("+Inf", count)]
    }

    package static func == (left: TimeHistogram, right: TimeHistogram) -> Bool {
        left.sum == right.sum && left.buckets.elementsEqual(right.buckets, by: ==)
    }
}
