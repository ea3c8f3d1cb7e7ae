/// How long several things take together, as far as that is known of each.
struct TimeEstimate: Equatable {
    private(set) var seconds = 0.0
    /// Whether it is known of all of them.
    private(set) var isComplete = true

    /// Adds one of them.
    mutating func add(_ seconds: Double?) {
        guard let seconds else { return isComplete = false }
        self.seconds += seconds
    }

    /// The time for people: `about 3m20s`, `more than 3m20s`; nil if it is less than a second, or hardly known.
    var text: String? {
        seconds < 1 ? nil : (isComplete ? "about " : "more than ") + StageList.time(seconds)
    }
}
